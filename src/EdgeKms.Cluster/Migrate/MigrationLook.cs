using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Stored;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>What a migration looks at in the datastore, past the API server, once that is proven to be the API server's own.</summary>
internal sealed class MigrationLook(ConfigurationFile file, MigratedCluster cluster, Action<string> step)
{
    private const int Named = 10;

    private OwnDatastore? _own;

    /// <summary>Objects at the last look; null where there was none.</summary>
    internal long? Objects { get; private set; }

    /// <summary>
    /// Before anything is written, and where nothing is to be done: everything that is stored is read by the file as it is. It is
    /// not where the datastore was put back to a day when another provider wrote.
    /// </summary>
    /// <exception cref="CommandException">Exit code 3: something is not.</exception>
    /// <param name="now">The file.</param>
    /// <param name="goal">Where the migration leads.</param>
    /// <param name="isRead">False where nothing can be read through the API server: nobody listens any more where its file says.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task AtWhatIsStoredAsync(
        EncryptionFile now,
        MigrationGoal goal,
        bool isRead,
        CancellationToken cancellation
    )
    {
        if (cluster.Datastore is not { } datastore)
        {
            step("The datastore can't be reached: whether everything stored is readable was not looked at");
            return;
        }
        var (census, map) = await CountAsync(datastore, cancellation);
        RefuseUnread(census, now, goal);
        if (!isRead)
            return;
        var unreadable = await ReadableObjects.LookAsync(cluster.Api, census.CoveredBy(now), map, cancellation);
        if (unreadable.Count > 0)
        {
            Tell(unreadable.Select(u => $"{u.Example}: {u.Reason}"));
            throw new CommandException(
                ExitCode.Refused,
                $"the API server can't read what is stored, such as {unreadable[0].Example}: {unreadable[0].Reason}",
                "\"edgekms status\" says whether the key ring has the key; nothing was changed"
            );
        }
        step($" - {census.Objects} objects, one of each kind and key read through the API server");
    }

    /// <exception cref="CommandException">Exit code 3: something stored is not read, or the socket is another key ring's.</exception>
    internal async Task BeforeTheFirstWriteAsync(
        MigrationRoute route,
        MigrationTarget target,
        CancellationToken cancellation
    )
    {
        if (target.Goal.ReadersFrom is null)
            await AtWhatIsStoredAsync(route.Now, target.Goal, isRead: route.Moved.Count == 0, cancellation);
        else if (cluster.Datastore is { } datastore)
        {
            var (census, _) = await CountAsync(datastore, cancellation);
            RefuseUnread(census, route.Readable, target.Goal);
        }
        await RefuseForeignSocketAsync(route, cancellation);
    }

    /// <summary>Null where the datastore can't be reached.</summary>
    internal async Task<MigrationProof?> ProveAsync(MigrationRoute route, CancellationToken cancellation)
    {
        if (cluster.Datastore is not { } datastore)
        {
            step("The datastore can't be reached: what is stored can't be proven, so the old provider stays readable");
            return null;
        }
        var (census, _) = await CountAsync(datastore, cancellation);
        var proof = MigrationProof.Of(census, _own!.Prefix, route.Now, route.Alone);
        step($" - {proof.Objects} objects, {proof.Unreadable} that would become unreadable");
        return proof;
    }

    internal CommandException StillNeeded(MigrationProof proof)
    {
        if (proof.Objects == 0)
        {
            return new CommandException(
                ExitCode.Unreachable,
                "nothing is stored below the storage prefix: that proves nothing, so the old provider stays",
                "name the API server's own datastore with --etcd-endpoints or --sqlite, and its --etcd-prefix"
            );
        }
        Tell(
            proof.Blockers.Select(b =>
                $"{b.Group.Place}: {b.Group.Count} objects {b.Reason}, such as {b.Group.Examples[0]}"
            )
        );
        var first = proof.Blockers[0];
        var isPlain = proof.Blockers.All(b => b.Group.Resource is null && !b.Group.IsEncrypted);
        return new CommandException(
            ExitCode.Refused,
            $"{proof.Unreadable} objects still need the old provider, such as {first.Group.Examples[0]} ({first.Reason}); it stays, so nothing becomes unreadable",
            isPlain
                ? "run the same command with --keep-identity, which leaves what is in the clear readable"
                : "run the same command again; what stays is what the API server does not serve or refuses to store: serve it again, or delete it"
        );
    }

    /// <summary>kine keeps the value before beside the new one: what would stay there of the old provider is written over.</summary>
    internal async Task AtValuesBesideAsync(EncryptionFile next, CancellationToken cancellation)
    {
        if (cluster.Datastore is not { } datastore || next.Entries.All(e => e.First.IsIdentity))
            return;
        var own = await BindAsync(datastore, cancellation);
        var map = await own.MapAsync(cancellation);
        await new ValuesBeside(cluster, datastore, own.Prefix, map, step).WriteOverAsync(next, cancellation);
    }

    private void RefuseUnread(StoredCensus census, EncryptionFile now, MigrationGoal goal)
    {
        if (census.Objects == 0)
            throw StillNeeded(MigrationProof.Of(census, _own!.Prefix, now));
        var kept = file.Copies.List().Select(c => c.Path);
        if (UnreadObjects.Of(census, _own!.Prefix, now, kept) is not { } unread)
            return;
        Tell(unread.Lines);
        var way = unread.Way(goal.To);
        throw new CommandException(
            ExitCode.Refused,
            $"{unread.Finding}: {unread.Reason}",
            unread.Kept is null ? way : $"{unread.Kept} has it: run \"{way}\""
        );
    }

    /// <summary>A provider is led to another socket only where that one has the keys of its objects.</summary>
    private async Task RefuseForeignSocketAsync(MigrationRoute route, CancellationToken cancellation)
    {
        var moved = route.Moved;
        if (moved.Count == 0)
            return;
        var known = cluster.KnownKeys is { } ask ? await ask(cancellation) : null;
        if (known is null || cluster.Datastore is not { } datastore)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{moved[0]} is at another socket, {moved[0].Endpoint}, and whether the same key ring answers at both can't be told",
                "run the command as root on the machine of edgekmsd, with the datastore (--etcd-endpoints or --sqlite)"
            );
        }
        var (census, _) = await CountAsync(datastore, cancellation);
        var foreign = census
            .Groups.Where(g => moved.Any(p => p.Reads(g.Form, g.Prefix)))
            .SelectMany(g => g.KeyIds.Select(k => (KeyId: k, Group: g)))
            .FirstOrDefault(k => !known.Contains(k.KeyId, StringComparer.Ordinal));
        if (foreign.KeyId is null)
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"{moved[0]} at {moved[0].Endpoint} is another key ring than this machine's: {foreign.Group.Examples[0]} is under key {foreign.KeyId}, which edgekmsd does not have",
            "give this provider another name (providerName in edgekms.json), then run the same command again: both are read until everything is stored anew"
        );
    }

    private async Task<(StoredCensus Census, StorageMap Map)> CountAsync(
        IDatastore datastore,
        CancellationToken cancellation
    )
    {
        var own = await BindAsync(datastore, cancellation);
        step($"Counting everything below {own.Prefix} in {own.Name}");
        var (census, map) = await own.CountAsync(cancellation);
        Objects = census.Objects;
        return (census, map);
    }

    private async Task<OwnDatastore> BindAsync(IDatastore datastore, CancellationToken cancellation)
    {
        if (_own is null)
        {
            _own = await OwnDatastore.BindAsync(cluster.Api, datastore, cluster.Prefix, cluster.Process, cancellation);
            foreach (var note in _own.Binding.Notes)
                step(" - " + note);
        }
        return _own;
    }

    private void Tell(IEnumerable<string> lines)
    {
        foreach (var line in lines.Take(Named))
            step(" - " + line);
    }
}
