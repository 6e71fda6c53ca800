using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// The configurations that a migration goes through from where the file is now, forward or back. Between two that follow each
/// other everything that either of them writes is read by both, so that each can be put in the other's place at any moment:
/// a new provider is first only read, then writes; an old one is first only read, then goes.
/// </summary>
/// <param name="Now">The file as it is.</param>
/// <param name="Readable">The old providers write, the new ones are read as well.</param>
/// <param name="Writing">The new providers write, the old ones are read.</param>
/// <param name="Alone">What is left once nothing needs the others.</param>
public sealed record MigrationRoute(
    EncryptionFile Now,
    EncryptionFile Readable,
    EncryptionFile Writing,
    EncryptionFile Alone
)
{
    /// <summary>True where the file is as it shall be, and nothing is to be read for a while that it does not read.</summary>
    public bool IsDone => Same(Now, Alone) && Same(Now, Readable);

    /// <summary>Entries that the route changes, each with its writer now and then.</summary>
    public IEnumerable<(ConfiguredEntry Before, ConfiguredEntry After)> Changed =>
        Now.Entries.Zip(Alone.Entries).Where(e => !e.First.SaysLike(e.Second));

    /// <summary>Providers that the end has not any more.</summary>
    public IReadOnlyList<ConfiguredProvider> Left =>
        [
            .. Changed
                .SelectMany(e => e.Before.Providers.Where(p => !e.After.Providers.Any(a => p.StoresLike(a))))
                .Distinct(),
        ];

    /// <summary>KMS providers that are led to another socket, as they are now.</summary>
    internal IReadOnlyList<ConfiguredProvider> Moved =>
        [
            .. Now
                .Entries.Zip(Readable.Entries)
                .SelectMany(e =>
                    e.First.Providers.Where(p =>
                        p.IsKms && e.Second.Providers.Any(n => p.StoresLike(n) && p.Endpoint != n.Endpoint)
                    )
                ),
        ];

    internal static bool Same(EncryptionFile a, EncryptionFile b) => a.Bytes.Span.SequenceEqual(b.Bytes.Span);

    /// <summary>The way to a goal.</summary>
    /// <param name="now">The file as it is.</param>
    /// <param name="target">Where it leads.</param>
    /// <param name="alsoRead">A kept file whose providers are to be read too; null for none.</param>
    /// <exception cref="CommandException">Exit code 3: the file writes with another provider than the goal says, or has its name for KMS v1.</exception>
    public static MigrationRoute Forward(EncryptionFile now, MigrationTarget target, EncryptionFile? alsoRead = null)
    {
        var goal = target.Goal;
        var targets = target.For(now);
        RefuseNamesake(now, goal);
        var readable = alsoRead is null ? now : WithReaders(now, alsoRead);
        var changed = Enumerable.Range(0, now.Entries.Count).Where(i => !StaysInTheClear(now, i, goal)).ToList();
        foreach (var i in changed)
            readable = WithTarget(readable, i, target, targets[i]);
        var writing = readable;
        foreach (var i in changed)
            writing = writing.Move(i, target.IndexIn(writing.Entries[i], targets[i]), 0);
        var alone = writing;
        foreach (var i in changed)
            alone = WithoutOthers(alone, i, goal);
        return new MigrationRoute(now, readable, writing, alone);
    }

    /// <summary>The way back to the file as it was before a migration, with what somebody else has changed since left alone.</summary>
    /// <param name="now">The file as it is.</param>
    /// <param name="before">The file as it was.</param>
    /// <param name="target">Where the migration led.</param>
    /// <param name="alsoRead">A kept file whose providers it added; null for none.</param>
    /// <exception cref="CommandException">Exit code 3: somebody gave the name of a provider of before to another entry.</exception>
    public static MigrationRoute Back(
        EncryptionFile now,
        EncryptionFile before,
        MigrationTarget target,
        EncryptionFile? alsoRead = null
    )
    {
        var pairs = before
            .Entries.Select((_, b) => (Before: b, Now: IndexOf(now, before, b)))
            .Where(p => p.Now >= 0)
            .ToList();
        var readable = now;
        foreach (var (b, n) in pairs)
            readable = WithAll(readable, n, before, b);
        var writing = readable;
        foreach (var (b, n) in pairs)
        {
            var first = before.Entries[b].First;
            var at = writing.Entries[n].Providers.ToList().FindIndex(p => first.StoresLike(p));
            writing = at >= 0 ? writing.Move(n, at, 0) : throw NameIsElsewhere(now, before.Entries[b]);
        }
        var alone = writing;
        foreach (var (b, n) in pairs)
            alone = AsBefore(alone, n, before.Entries[b], p => target.IsTarget(p) || WasAdded(p));
        return new MigrationRoute(now, readable, writing, alone.SaysLike(before) ? before : alone);

        bool WasAdded(ConfiguredProvider provider) =>
            alsoRead is not null && alsoRead.Entries.Any(e => e.Providers.Any(p => p.StoresLike(provider)));
    }

    private static EncryptionFile WithTarget(EncryptionFile file, int entry, MigrationTarget target, ProviderText text)
    {
        var at = target.IndexIn(file.Entries[entry], text);
        if (at < 0)
        {
            var index = text.Provider.IsIdentity ? file.Entries[entry].Providers.Count : 1;
            return file.Add(entry, index, text);
        }
        var found = file.Entries[entry].Providers[at];
        return found.IsKms && !target.IsAtSocket(found) ? file.SetEndpoint(entry, at, target.Endpoint) : file;
    }

    private static EncryptionFile WithoutOthers(EncryptionFile file, int entry, MigrationGoal goal)
    {
        for (var i = file.Entries[entry].Providers.Count - 1; i > 0; i--)
        {
            var provider = file.Entries[entry].Providers[i];
            if (!(goal.KeepIdentity && provider.IsIdentity))
                file = file.Remove(entry, i);
        }
        return file;
    }

    /// <summary>Providers of another file that share a resource with an entry, behind its own ones.</summary>
    private static EncryptionFile WithReaders(EncryptionFile file, EncryptionFile other)
    {
        for (var i = 0; i < file.Entries.Count; i++)
        {
            var resources = file.Entries[i].Resources;
            foreach (var o in Enumerable.Range(0, other.Entries.Count))
            {
                if (other.Entries[o].Resources.Any(r => resources.Contains(r, StringComparer.Ordinal)))
                    file = WithAll(file, i, other, o);
            }
        }
        return file;
    }

    /// <summary>An entry with every provider of another one; what stores alike is there already.</summary>
    private static EncryptionFile WithAll(EncryptionFile file, int entry, EncryptionFile other, int otherEntry)
    {
        var wanted = other.Entries[otherEntry].Providers;
        for (var p = 0; p < wanted.Count; p++)
        {
            if (file.Entries[entry].Providers.Any(x => wanted[p].StoresLike(x)))
                continue;
            var isNamed =
                wanted[p].IsKms
                && file.Entries.SelectMany(e => e.Providers).Any(x => x.IsKms && x.Name == wanted[p].Name);
            if (!isNamed)
                file = file.Add(entry, file.Entries[entry].Providers.Count, other.Copy(otherEntry, p));
        }
        return file;
    }

    private static EncryptionFile AsBefore(
        EncryptionFile file,
        int entry,
        ConfiguredEntry before,
        Func<ConfiguredProvider, bool> isOurs
    )
    {
        for (var i = file.Entries[entry].Providers.Count - 1; i >= 0; i--)
        {
            var provider = file.Entries[entry].Providers[i];
            var was = before.Providers.FirstOrDefault(b => b.StoresLike(provider));
            if (was is null && isOurs(provider))
                file = file.Remove(entry, i);
            else if (was is { Endpoint: { } endpoint } && provider.Endpoint != endpoint)
                file = file.SetEndpoint(entry, i, endpoint);
        }
        // In the order of before, what it had not behind.
        for (var to = 0; to < before.Providers.Count; to++)
        {
            var from = file.Entries[entry].Providers.ToList().FindIndex(p => before.Providers[to].StoresLike(p));
            if (from > to)
                file = file.Move(entry, from, to);
        }
        return file;
    }

    /// <summary>
    /// Where an entry of before is now; -1 where it isn't. Several may have the same resources (the first one writes, all are read):
    /// they are told apart by their order.
    /// </summary>
    private static int IndexOf(EncryptionFile file, EncryptionFile before, int entry)
    {
        var earlier = before.Entries.Take(entry).Count(IsLike);
        return Enumerable
            .Range(0, file.Entries.Count)
            .Where(i => IsLike(file.Entries[i]))
            .Skip(earlier)
            .FirstOrDefault(-1);

        bool IsLike(ConfiguredEntry other) =>
            other.Resources.SequenceEqual(before.Entries[entry].Resources, StringComparer.Ordinal);
    }

    private static CommandException NameIsElsewhere(EncryptionFile file, ConfiguredEntry before) =>
        new(
            ExitCode.Refused,
            $"{file.Path} has {before.First} in another entry by now, and a name may stand there but once: {before} can't be led back to it",
            "take it out of that entry, then run the same command again; the way on needs it not: run the command that began, without --abort"
        );

    /// <summary>An entry with nothing but identity beside others that encrypt is in the clear on purpose.</summary>
    private static bool StaysInTheClear(EncryptionFile file, int entry, MigrationGoal goal) =>
        goal is { To: not "identity", From: not "identity" }
        && file.Entries[entry].Providers.All(p => p.IsIdentity)
        && file.Entries.Any(e => e.Providers.Any(p => !p.IsIdentity));

    /// <exception cref="CommandException">Exit code 3: an entry is written by another kind of provider than the goal says.</exception>
    internal static void RefuseOtherOrigin(EncryptionFile file, MigrationTarget target)
    {
        var targets = target.For(file);
        if (target.Goal.From is not { } from)
            return;
        for (var i = 0; i < file.Entries.Count; i++)
        {
            var entry = file.Entries[i];
            if (entry.First.Kind == from || target.IndexIn(entry, targets[i]) == 0)
                continue;
            throw new CommandException(
                ExitCode.Refused,
                $"{file.Path} stores {entry} with {entry.First}, not with {from}",
                $"leave --from out, or say --from {entry.First.Kind}"
            );
        }
    }

    private static void RefuseNamesake(EncryptionFile file, MigrationGoal goal)
    {
        var providers = file.Entries.SelectMany(e => e.Providers);
        if (goal.To != "kms" || !providers.Any(p => p.IsKmsV1 && p.Name == goal.ProviderName))
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"{file.Path} has a provider of KMS v1 with the name {goal.ProviderName} already: KMS v2 needs another one",
            "give the provider another name (providerName in edgekms.json), then run the same command again"
        );
    }
}
