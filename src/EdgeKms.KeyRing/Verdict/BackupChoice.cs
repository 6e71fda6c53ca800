using EdgeKms.KeyRing.Ring;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>Which backup fits, and the ways back that hang on it.</summary>
public static class BackupChoice
{
    /// <summary>The newest backup of a ring that has a key's material; null where there is none.</summary>
    /// <param name="survey">What is known.</param>
    /// <param name="ring">The ring.</param>
    /// <param name="key">The key that was used last; null asks for none.</param>
    public static SurveyedBackup? Best(MachineSurvey survey, RingId ring, KeyId? key) =>
        survey
            .Backups.Where(b => b.Header.Id == ring && b.Proof != Proof.Disproven && Has(b.Header, key))
            .MaxBy(b => b.Header.Generation);

    /// <summary>The newest of each ring; first that of the ring which this machine used last, as far as anything tells.</summary>
    public static IEnumerable<SurveyedBackup> OfEachRing(MachineSurvey survey)
    {
        var used = survey.Held?.Header.Id ?? survey.Mark.Value?.Ring ?? survey.Audit?.Last;
        return survey
            .Backups.Where(b => b.Proof != Proof.Disproven)
            .GroupBy(b => b.Header.Id)
            .Select(g => g.MaxBy(b => b.Header.Generation)!)
            .OrderByDescending(b => b.Header.Id == used)
            .ThenByDescending(b => b.Header.Written);
    }

    /// <summary>Restoring one backup.</summary>
    public static WayOut Way(SurveyedBackup backup, string? because = null) =>
        new(
            $"edgekms restore {Paste(backup.Path)}",
            Invariant(
                $"generation {backup.Header.Generation} of the ring {backup.Header.Id}, of {RingFile.UtcText.Format(backup.Header.Written)}"
            ) + (because is null ? "" : $"; {because}")
        );

    /// <summary>
    /// Where the ring on disk is older than the one that was used: first what loses nothing, at last the rollback.
    /// </summary>
    public static IReadOnlyList<WayOut> WaysBack(MachineSurvey survey)
    {
        var ways = new List<WayOut>();
        var (ring, key) = LastUsed(survey);
        var onDisk = survey
            .Generations.FirstOrDefault(g => g.Header is { } its && its.Id == ring && g.Proof != Proof.Disproven)
            ?.Header;
        if (
            ring is not null
            && Best(survey, ring, key) is { } whole
            && (key is not null || whole.Header.Generation >= (onDisk?.Generation ?? 0))
        )
            ways.Add(Way(whole, "it has the key that was used last"));
        else
            ways.Add(new(null, "put the newer generation back, or find a newer backup and run edgekms restore FILE"));
        if (
            ring is not null
            && ways[0].Command is null
            && Best(survey, ring, null) is { } some
            && some.Header.Generation > (onDisk?.Generation ?? 0)
        )
        {
            ways.Add(
                new(
                    $"edgekms restore {Paste(some.Path)} --force 'no newer backup exists'",
                    Invariant(
                        $"only where there is none: what was written since {RingFile.UtcText.Format(some.Header.Written)} can't be read any more"
                    )
                )
            );
        }
        else if (onDisk is not null)
        {
            ways.Add(
                new(
                    "edgekms repair --accept-rollback 'no newer backup exists'",
                    "only where there is none: what was written since can't be read any more"
                )
            );
        }
        return ways;
    }

    /// <summary>
    /// The ring and the key that this machine used last: by the daemon's memory, else by the checkpoint and the audit log. The newest
    /// file comes last: a bit of its header may have turned over.
    /// </summary>
    internal static (RingId? Ring, KeyId? Key) LastUsed(MachineSurvey survey)
    {
        var isHeard = survey.Mark.Proof != Proof.Disproven || IsOfTheRingBefore(survey);
        var speaks = isHeard ? survey.Mark.Value : null;
        var newest = survey.Generations.FirstOrDefault(g => g.Header is not null)?.Header;
        var ring = survey.Held?.Header.Id ?? speaks?.Ring ?? newest?.Id ?? survey.Audit?.Last;
        if (ring is null)
            return (null, null);
        var mark = speaks?.Ring == ring ? speaks.Active : null;
        var told = survey.Audit?.Of(ring)?.LastCreated;
        return (ring, told is null || (mark is not null && mark.Sequence >= told.Sequence) ? mark : told);
    }

    /// <summary>
    /// The checkpoint is that of another ring than the newest file's, and no audit log says that this machine went over to the ring
    /// that is here. No key at hand can prove such a checkpoint.
    /// </summary>
    internal static bool IsOfTheRingBefore(MachineSurvey survey) =>
        survey.Mark.Value is { } mark
        && survey.Newest?.Header is { } newest
        && mark.Ring != newest.Id
        && survey.Audit?.Last != newest.Id;

    /// <summary>A path as a shell takes it.</summary>
    public static string Paste(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '+' or ':' or '@' or ',')
            ? path
            : $"'{path.Replace("'", "'\\''")}'";

    internal static bool Has(RingHeader ring, KeyId? key) =>
        key is null || ring.Keys.Any(k => k.Id.Equals(key) && k.HasMaterial);
}
