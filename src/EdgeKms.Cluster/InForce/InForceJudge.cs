using System.Globalization;

namespace EdgeKms.Cluster.InForce;

/// <summary>Decides whether an API server of Kubernetes 1.27 to 1.36 works with a file, from what it says and what was known.</summary>
/// <remarks>
/// From 1.34 on the API server names the hash of the file in force. Before it, a file is in force when
/// <list type="number">
/// <item>the process started after the file got its bytes, or is another one than before the exchange and we restarted it;</item>
/// <item>a reload that can have read only this file ended well. A reload records its success at its end, up to
/// <see cref="ConfigurationPut.LongestReload"/> after it read the file. So the first success after the exchange may be one of the
/// file before, but only where that was not in force yet: a file that is in force is no change, and nothing is loaded;</item>
/// <item>nothing was loaded, and the file is the one that was in force.</item>
/// </list>
/// Where such a success is all there is, a second confirmation is asked for: another success, or that the API server looked
/// again (each 60 s) and found nothing new, or the caller's probe. The probe alone would not do: not every step changes the
/// provider that writes.
/// <para>
/// Not seen, before 1.34: a file that was written and not taken before the wall clock was set forward past it, where nobody was
/// asked before the exchange: the process then seems to have started after it.
/// </para>
/// </remarks>
public static class InForceJudge
{
    /// <summary>EncryptionConfigFileChangePollDuration; before 1.29 the file is watched (inotify), which is sooner.</summary>
    internal static readonly TimeSpan Look = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan s_early = TimeSpan.FromSeconds(1); // of ProcessStart

    /// <summary>Pure: the same answer for the same arguments.</summary>
    public static InForceVerdict Judge(ConfigurationPut put, InForceSample now)
    {
        if (now.Trouble is { } trouble)
            return new InForceVerdict.Down(trouble);
        if (IsAnother(put.Before, now))
        {
            return new InForceVerdict.NotYet(
                "is another one than was asked before the file was exchanged: the address of the kubeconfig leads to several API servers"
            );
        }
        var verdict = now.Hash is { } hash ? ByHash(put, now, hash) : ByReloads(put, now);
        return verdict is InForceVerdict.Taken && !now.IsReady
            ? new InForceVerdict.NotReady("works with the file and is not ready: " + Failing(now))
            : verdict;
    }

    private static InForceVerdict ByHash(ConfigurationPut put, InForceSample now, string hash) =>
        IsHash(hash, put.Hash) ? new InForceVerdict.Taken()
        : Evidence.Of(put, now).Failed ? Refused(now)
        : IsHash(hash, put.HashBefore) ? StillBefore(put, now)
        : new InForceVerdict.NotYet($"works with another file, of hash {hash}");

    private static InForceVerdict ByReloads(ConfigurationPut put, InForceSample now)
    {
        if (now.Version is not null && !now.IsBefore(34) && now.Hashes.Count == 0)
        {
            return new InForceVerdict.NotYet(
                "works with no encryption configuration at all: it was started without --encryption-provider-config"
            );
        }
        var found = Evidence.Of(put, now);
        if (HasStartedSince(put, now))
            return new InForceVerdict.Taken();
        if (!now.CountsReloads)
            return new InForceVerdict.NotYet(Silent(now), ProbeTells: true);
        if (found.Failed && !(found.Loaded && now.LastSuccess >= now.LastFailure))
            return Refused(now);
        return found.Loaded ? ByLoaded(put, now, found) : ByQuiet(put, now, found);
    }

    /// <summary>Something was loaded since the file got its bytes: this file, or the one before.</summary>
    private static InForceVerdict ByLoaded(ConfigurationPut put, InForceSample now, Evidence found)
    {
        var isOurs =
            (put.IsExchange && IsHash(put.InForceBefore, put.HashBefore))
            || found.Loads > 1
            || found.ReadAfter(now.LastSuccess)
            || (now.LastSuccess is { } last && found.QuietSince(last));
        return isOurs
            ? new InForceVerdict.Taken()
            : new InForceVerdict.NotYet(
                "has just loaded a file, which may be the one before: a reload takes a while",
                ProbeTells: true
            );
    }

    /// <summary>Nothing was loaded since.</summary>
    private static InForceVerdict ByQuiet(ConfigurationPut put, InForceSample now, Evidence found)
    {
        // Put back before it was loaded, or never exchanged: in force all the while, once no reload can be under way.
        if (IsHash(put.InForceBefore, put.Hash))
        {
            return !put.IsExchange || found.SinceExchange >= put.LongestReload
                ? new InForceVerdict.Taken()
                : new InForceVerdict.NotYet("may just be loading the file before");
        }
        if (found.ReadAfter(found.SuccessBefore))
            return new InForceVerdict.Taken();
        if (put.IsSeen && now.Reloads == true && !now.IsBefore(29) && found.QuietSince(put.Since))
            return new InForceVerdict.Taken();
        return put.IsExchange && found.IsSame == true
            ? StillBefore(put, now)
            : new InForceVerdict.NotYet("has loaded no file since this one got its bytes", ProbeTells: true);
    }

    private static bool HasStartedSince(ConfigurationPut put, InForceSample now)
    {
        var before = put.Before;
        switch (before?.IsSameProcess(now))
        {
            case true: // Its start as it was before the clock was set, if it was.
                return before.ProcessStart >= put.Since;
            case false:
                var step = before.ClockStep(now);
                var since = step < TimeSpan.Zero ? put.Since + step : put.Since;
                return now.ProcessStart + (put.RestartedByUs ? s_early : TimeSpan.Zero) >= since;
            default:
                return now.ProcessStart + (put.RestartedByUs ? s_early : TimeSpan.Zero) >= put.Since;
        }
    }

    private static InForceVerdict.Refused Refused(InForceSample now) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"tried to load the file and could not ({now.Failures} {(now.Failures == 1 ? "try has" : "tries have")} failed since it started)"
            )
        );

    private static InForceVerdict.StillBefore StillBefore(ConfigurationPut put, InForceSample now) =>
        new(
            put.RestartedByUs && put.Before?.IsSameProcess(now) == true
                ? "still works with what it had before: the process that ran before the restart command runs on"
            : now.Reloads == false
                ? "still works with what it had before: it was started without --encryption-provider-config-automatic-reload=true"
            : "still works with what it had before, and has loaded no other file since"
        );

    private static string Silent(InForceSample now) =>
        $"does not say which file it works with: Kubernetes {now.Version ?? "of this version"} counts no reloads, and its process is older than the file";

    private static string Failing(InForceSample now) =>
        now.Failing.Count > 0 ? string.Join(", ", now.Failing) : "it does not say why";

    /// <summary>1.34 writes <c>sha256:</c> before it.</summary>
    private static bool IsHash(string? a, string? b) =>
        a is not null && b is not null && string.Equals(Bare(a), Bare(b), StringComparison.OrdinalIgnoreCase);

    private static string Bare(string hash) =>
        hash.StartsWith("sha256:", StringComparison.Ordinal) ? hash["sha256:".Length..] : hash;

    private static bool IsAnother(InForceSample? before, InForceSample now) =>
        before is { Ids.Count: > 0 }
        && now.Ids.Count > 0
        && !before.Ids.Intersect(now.Ids, StringComparer.Ordinal).Any();
}
