using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Stored;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// Moves a living cluster from one provider to another, and back: carries out what <see cref="MigrationPolicy"/> says, one act
/// after the other. Where it stops, kube-apiserver starts with the file as it is and reads everything; the same command goes on.
/// </summary>
/// <param name="file">The API server's configuration.</param>
/// <param name="cluster">What is asked and read.</param>
/// <param name="target">Where it leads.</param>
/// <param name="step">Gets each step in words.</param>
/// <param name="progress">Gets the counts of a rewrite, with its resource.</param>
public sealed class Migration(
    ConfigurationFile file,
    MigratedCluster cluster,
    MigrationTarget target,
    Action<string> step,
    Action<ApiResource, RewriteCount> progress
)
{
    private readonly ConfigurationSwap _swap = new(file, cluster, step);
    private readonly MigrationRewrite _rewrite = new(cluster, step, progress);
    private readonly MigrationLook _look = new(file, cluster, step);

    private bool _isInForce;
    private bool _isRewritten;
    private int _rewritten;
    private MigrationProof? _proof;
    private HashSet<ConfiguredProvider> _left = [];
    private HashSet<string> _resources = [];

    /// <summary>What would be gone through from here; nothing is asked or changed.</summary>
    /// <param name="file">For the journal.</param>
    /// <param name="now">What it says, or what a deployment would write.</param>
    /// <param name="target">Where it leads.</param>
    /// <exception cref="CommandException">As <see cref="RunAsync"/>.</exception>
    public static MigrationRoute Plan(ConfigurationFile file, EncryptionFile now, MigrationTarget target)
    {
        RefuseInvalid(now);
        var journal = file.Journal();
        RefuseOtherGoal(file.Path, journal, target.Goal);
        if (journal is null)
            MigrationRoute.RefuseOtherOrigin(now, target);
        return MigrationPolicy.Route(
            journal is null ? null : journal with { IsGoingBack = false },
            now,
            () => now,
            target,
            () => EncryptionFile.Read(target.Goal.ReadersFrom!)
        );
    }

    /// <summary>Goes to the goal from wherever it is.</summary>
    /// <exception cref="CommandException">Where it stopped, and how to go on.</exception>
    public Task<MigrationResult> RunAsync(CancellationToken cancellation)
    {
        var journal = file.Journal();
        RefuseOtherGoal(file.Path, journal, target.Goal);
        if (journal is null)
            MigrationRoute.RefuseOtherOrigin(file.Read(), target);
        return ActAsync(journal is null ? null : journal with { IsGoingBack = false }, cancellation);
    }

    /// <summary>Goes back to the file as it was before the migration began.</summary>
    /// <exception cref="CommandException">Exit code 3: none is under way.</exception>
    public Task<MigrationResult> AbortAsync(CancellationToken cancellation)
    {
        var journal =
            file.Journal()
            ?? throw new CommandException(
                ExitCode.Refused,
                "no migration is under way",
                $"\"{MigrateCommandLine.History(file.Path)}\" lists what {file.Path} was before"
            );
        return ActAsync(journal with { IsGoingBack = true }, cancellation);
    }

    private async Task<MigrationResult> ActAsync(MigrationJournal? journal, CancellationToken cancellation)
    {
        RefuseInvalid(file.Read());
        // Of the way back nothing may be left to be written, of the way on the last file may have yet to be taken.
        var begin = Route(journal);
        var first = MigrationPolicy.Next(new MigrationState(journal, begin, false, false, null));
        if (first != MigrationAct.Nothing && (journal is not { IsGoingBack: true } || !begin.IsDone))
            _swap.RefuseWhatCannotWork(needsSocket: journal is not { IsGoingBack: true });
        if (journal is not null)
            file.Write(journal);
        while (true)
        {
            var route = Route(journal);
            Note(route);
            var state = new MigrationState(journal, route, _isInForce, _isRewritten, _proof);
            switch (MigrationPolicy.Next(state))
            {
                case MigrationAct.Nothing:
                    await _look.AtWhatIsStoredAsync(route.Now, target.Goal, isRead: true, cancellation);
                    return Result(route, isFinished: true) with { WasDone = true };
                case MigrationAct.Begin:
                    await _look.BeforeTheFirstWriteAsync(route, target, cancellation);
                    journal = new MigrationJournal(
                        target.Goal,
                        IsGoingBack: false,
                        file.Copies.Keep(route.Now.Bytes.Span)
                    );
                    file.Write(journal);
                    break;
                case MigrationAct.Await:
                    step($"Configuration: {Words(route.Now)}");
                    await _swap.AwaitAsync(route.Now, mayLackProvider: route.Moved.Count > 0, cancellation);
                    _isInForce = true;
                    break;
                case MigrationAct.NoteReaders:
                    file.Write(journal = journal! with { HasReaders = true });
                    break;
                case MigrationAct.Rewrite:
                    _rewritten += await _rewrite.RunAsync(route, cancellation);
                    file.RefuseChangeOf(route.Now);
                    _isRewritten = true;
                    break;
                case MigrationAct.Prove:
                    _proof = await _look.ProveAsync(route, cancellation);
                    if (_proof is null)
                        return Result(route, isFinished: false);
                    break;
                case MigrationAct.Stop:
                    throw _look.StillNeeded(_proof!);
                case MigrationAct.Finish:
                    file.Write(journal: null);
                    return Result(route, isFinished: true);
                case var act:
                    await PutAsync(act, route, cancellation);
                    break;
            }
        }
    }

    private async Task PutAsync(MigrationAct act, MigrationRoute route, CancellationToken cancellation)
    {
        var next = MigrationPolicy.Text(act, route)!;
        if (act == MigrationAct.PutAlone)
            await _look.AtValuesBesideAsync(next, cancellation);
        step($"Configuration: {Words(next)}");
        await _swap.PutAsync(route.Now, next, cancellation);
        // What was looked at before is of another configuration.
        (_isRewritten, _proof) = (false, null);
    }

    private MigrationRoute Route(MigrationJournal? journal) =>
        MigrationPolicy.Route(
            journal,
            file.Read(),
            () => file.Before(journal!),
            target,
            () => EncryptionFile.Read(target.Goal.ReadersFrom!)
        );

    private void Note(MigrationRoute route)
    {
        _left.UnionWith(route.Left);
        _resources.UnionWith(route.Changed.SelectMany(c => c.Before.Resources));
    }

    private MigrationResult Result(MigrationRoute route, bool isFinished) =>
        new(route, [.. _left], [.. _resources], _rewritten, _look.Objects, isFinished);

    private static void RefuseInvalid(EncryptionFile now)
    {
        if (now.Refusal() is { } reason)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"kube-apiserver would not start with {now.Path}: {reason}",
                $"correct the file first; a kept copy may help: \"{MigrateCommandLine.History(now.Path)}\" lists them"
            );
        }
    }

    private static void RefuseOtherGoal(string file, MigrationJournal? journal, MigrationGoal goal)
    {
        if (journal is null || journal.Goal.LeadsLike(goal))
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"a migration to {journal.Goal.To} (provider {journal.Goal.ProviderName}) is under way",
            $"finish it with the command that began it, or take it back with \"{MigrateCommandLine.Abort(file)}\""
        );
    }

    /// <summary>What a file says, entry by entry: <c>secrets: kms "edgekms" writes, identity is read</c>.</summary>
    internal static string Words(EncryptionFile text) =>
        string.Join(
            "; ",
            text.Entries.Select(e =>
                e.Providers.Count == 1
                    ? $"{e}: {e.First} alone"
                    : $"{e}: {e.First} writes, {string.Join(" and ", e.Providers.Skip(1))} {(e.Providers.Count == 2 ? "is" : "are")} read"
            )
        );
}
