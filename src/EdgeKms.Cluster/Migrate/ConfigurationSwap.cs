using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.InForce;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// Puts one configuration in the place of another and waits until the API server works with it. What it doesn't take is put
/// back: between two that follow each other everything is read by both (<see cref="MigrationRoute"/>).
/// </summary>
/// <param name="file">The file.</param>
/// <param name="cluster">Whose API server reads it.</param>
/// <param name="step">Gets each step in words.</param>
internal sealed class ConfigurationSwap(ConfigurationFile file, MigratedCluster cluster, Action<string> step)
{
    private readonly InForceWait _wait = new(cluster.Api, cluster.Time);

    private readonly ApiServerProcess? _process = cluster.Process;

    /// <summary>Of the person's restart command, the last time that it ran.</summary>
    private CommandException? _failure;

    /// <summary>
    /// Before anything is written: the API server reads this very file, takes another one, and can reach the socket. Where that
    /// can't be known here, it shows after the first write, which is put back where it is not taken.
    /// </summary>
    /// <param name="needsSocket">False on the way back, which must be open where the socket is what is missing.</param>
    /// <exception cref="CommandException">Exit code 3: it is known not to.</exception>
    internal void RefuseWhatCannotWork(bool needsSocket)
    {
        switch (cluster.Search)
        {
            case ApiServerSearch.None none:
                step($" - {none.Reason}: whether the API server can reach the socket is known once it takes the file");
                return;
            case ApiServerSearch.CannotTell unknown:
                step($" - {unknown.Reason}");
                return;
        }
        if (cluster.Restart is null && _process?.WhyNoReload is { } reason)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{reason}: it would not take another file; nothing was written",
                "run the same command again with --restart-command COMMAND, which it runs after each step: COMMAND restarts the API server"
            );
        }
        if (!needsSocket || cluster.KmsSocket is not { } socket)
            return;
        switch (_process?.Reach(socket))
        {
            case SocketReach.Unreachable gap:
                throw new CommandException(
                    ExitCode.Refused,
                    $"the API server can't reach {socket}: {gap.Reason}; nothing was written",
                    gap.Hint
                );
            case SocketReach.CannotTell unknown:
                step($" - {unknown.Reason}");
                break;
        }
    }

    /// <summary>Waits until the API server works with the file as it is; one that an earlier run put there is put back where it doesn't.</summary>
    /// <param name="now">The file.</param>
    /// <param name="mayLackProvider">True where nobody may listen at the socket that the file names, which is what the next step mends.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">Exit code 13: it does not.</exception>
    internal async Task AwaitAsync(EncryptionFile now, bool mayLackProvider, CancellationToken cancellation)
    {
        var put = Put(now, null, null, inForce: null);
        var taking = await WaitAsync(put, TimeSpan.Zero, cancellation);
        if (mayLackProvider && taking.Verdict is InForceVerdict.NotReady && IsForProvider(taking.Sample))
            return;
        // A run that was cut off may have left the restart undone. One that works with the file and is not ready is let alone: what it
        // has in memory may be all that reads.
        if (taking.Verdict is InForceVerdict.NotYet && cluster.Restart is not null)
            (put, taking) = await TakeAsync(put, cancellation);
        else if (!taking.IsTaken)
            taking = await WaitAsync(put, cluster.Patience, cancellation);
        if (taking.IsTaken)
            return;
        file.RefuseChangeOf(now);
        if (file.Previous(now) is { } previous)
            await BackAsync(now, previous, put, taking, cancellation);
        var why = await WhyAsync(put, taking, cancellation);
        throw new CommandException(
            ExitCode.Unhealthy,
            $"{why.Reason}; {file.Path} was not changed by this run",
            why.Hint
        );
    }

    /// <exception cref="CommandException">Exit code 13: the API server does not take it, and the file is as it was; 3: somebody else has changed it.</exception>
    internal async Task PutAsync(EncryptionFile from, EncryptionFile to, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var before = await InForceSample.ReadAsync(cluster.Api, cluster.Time, cancellation);
        file.KeepPrevious(from, to);
        file.Put(from, to);
        var put = Put(to, from, before, inForce: from.Hash);
        (put, var taking) = await TakeAsync(put, cancellation);
        file.RefuseChangeOf(to);
        if (!taking.IsTaken)
            await BackAsync(to, from, put, taking, cancellation);
    }

    /// <summary>Where the person's command fails, the API server is only looked at: it may be down, or as it was.</summary>
    private async Task<(ConfigurationPut Put, Taking Taking)> TakeAsync(
        ConfigurationPut put,
        CancellationToken cancellation
    )
    {
        _failure = null;
        if (cluster.Restart is { } restart)
        {
            step(" - restarting the API server");
            try
            {
                await restart(cancellation);
                put = put with { RestartedByUs = true };
            }
            catch (CommandException e) when (e.ExitCode == ExitCode.Failed)
            {
                _failure = e;
                step($" - {e.Message}");
                return (put, await WaitAsync(put, TimeSpan.Zero, cancellation));
            }
        }
        step(" - waiting for the API server to take it (it looks once a minute)");
        return (put, await WaitAsync(put, cluster.Patience, cancellation));
    }

    private static bool IsForProvider(InForceSample sample) =>
        sample.Failing.Count > 0 && sample.Failing.All(f => f.StartsWith("kms-provider", StringComparison.Ordinal));

    private Task<Taking> WaitAsync(ConfigurationPut put, TimeSpan limit, CancellationToken cancellation) =>
        _wait.WaitAsync(put, null, limit, cancellation, () => file.Has(put.Hash));

    /// <summary>Both read what the other has written, so that the file before is right whatever the API server works with.</summary>
    private async Task BackAsync(
        EncryptionFile to,
        EncryptionFile from,
        ConfigurationPut put,
        Taking taking,
        CancellationToken cancellation
    )
    {
        var why = await WhyAsync(put, taking, cancellation);
        step($" - not taken: {taking.Verdict.Reason}");
        step($"Configuration: as before, {Migration.Words(from)}");
        file.Put(to, from);
        var stays = "everything stays readable";
        if (!taking.IsStillBefore || cluster.Restart is not null)
        {
            // In force all the while, but for an API server that was restarted or has taken it after all.
            var inForce = taking.IsStillBefore ? from.Hash : taking.Sample.Hash;
            var (returned, back) = await TakeAsync(Put(from, to, taking.Sample, inForce), cancellation);
            if (_failure is not null)
                back = await WaitAsync(returned, cluster.Patience, cancellation);
            if (back.Reason is { } reason)
                stays = $"the API server has yet to take that: {reason}";
        }
        throw new CommandException(
            ExitCode.Unhealthy,
            $"{why.Reason}; {file.Path} is as it was before this step, {stays}",
            why.Hint
        );
    }

    private async Task<WhyNotTaken> WhyAsync(ConfigurationPut put, Taking taking, CancellationToken cancellation) =>
        _failure is { } failure
            ? new WhyNotTaken(failure.Message, failure.Hint)
            : await WhyNotTaken.FindAsync(
                cluster.Api,
                taking,
                put,
                _process,
                cluster.KmsSocket,
                new ApiServerLog(),
                cancellation
            );

    private ConfigurationPut Put(EncryptionFile to, EncryptionFile? from, InForceSample? before, string? inForce) =>
        new(to.Hash, file.WrittenAt, from?.Hash, before, RestartedByUs: false)
        {
            InForceBefore = inForce,
            IsSeen = _process?.SeesFile == true,
        };
}
