using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// Moves a living cluster from one provider to another: new provider first, wait, store every object anew, prove it in the
/// datastore, old provider out, wait. Where it stops, everything stays readable; the same command goes on, and
/// <see cref="AbortAsync"/> leads back in the same way.
/// </summary>
/// <param name="file">The API server's configuration.</param>
/// <param name="cluster">What is asked and read.</param>
/// <param name="step">Gets each step in words.</param>
/// <param name="progress">Gets the counts of a rewrite, with its resource.</param>
public sealed class Migration(
    ConfigurationFile file,
    MigratedCluster cluster,
    Action<string> step,
    Action<ApiResource, RewriteCount> progress
)
{
    private const int Parallel = 8;

    private static readonly TimeSpan s_longestTrouble = TimeSpan.FromMinutes(5);

    /// <summary>Goes on from wherever it is.</summary>
    /// <exception cref="CommandException">Where it stopped, and how to go on.</exception>
    public async Task<MigrationResult> RunAsync(MigrationGoal goal, ProviderText target, CancellationToken cancellation)
    {
        var plan = file.Plan(goal, target);
        if (plan.IsDone)
            return new MigrationResult(plan, 0, null, IsFinished: true);
        file.Begin(plan, goal);
        return await MoveAsync(plan, plan.Both, plan.After, cancellation);
    }

    /// <summary>Leads back to the file as it was before the migration began.</summary>
    /// <exception cref="CommandException">Exit code 3: none is under way.</exception>
    public async Task<MigrationResult> AbortAsync(
        Func<MigrationGoal, ProviderText> target,
        CancellationToken cancellation
    )
    {
        var journal =
            file.Journal()
            ?? throw new CommandException(
                ExitCode.Refused,
                "no migration is under way",
                $"{file.Path} is as it should be"
            );
        var plan = file.Resumed(journal, target(journal.Goal));
        file.Write(journal with { IsGoingBack = true });
        return await MoveAsync(plan, plan.Back, plan.Before, cancellation);
    }

    private async Task<MigrationResult> MoveAsync(
        MigrationPlan plan,
        byte[] between,
        byte[] after,
        CancellationToken cancellation
    )
    {
        var resources = await ApiDiscovery.FindAsync(cluster.Api, plan.Resources, cancellation);
        var (rewritten, proof) = (0, (StoredProof?)null);
        if (!Same(file.Read(), after))
        {
            await PutAsync(between, $"{First(between)} writes, everything stays readable", cancellation);
            rewritten = await RewriteAsync(resources, cancellation);
            proof = await ProveAsync(resources, after, cancellation);
            if (proof is null)
                return new MigrationResult(plan, rewritten, null, IsFinished: false);
        }
        await PutAsync(after, $"{First(after)} alone", cancellation);
        file.Write(journal: null);
        return new MigrationResult(plan, rewritten, proof, IsFinished: true);
    }

    private async Task PutAsync(byte[] configuration, string what, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        step($"Configuration: {what}");
        var written = cluster.Time.GetUtcNow();
        if (!Same(file.Read(), configuration))
            file.Write(configuration);
        if (cluster.Restart is { } restart)
        {
            step(" - restarting the API server");
            await restart(cancellation);
        }
        step(" - waiting for the API server to take it (it looks once a minute)");
        await cluster.InForce.WaitAsync(configuration, written, cancellation);
    }

    private async Task<int> RewriteAsync(IReadOnlyList<ApiResource> resources, CancellationToken cancellation)
    {
        var rewritten = 0;
        foreach (var resource in resources)
        {
            step($"Storing {resource.QualifiedName} anew");
            var patience = new Patience(s_longestTrouble, cluster.Time, step);
            var rewrite = new Rewrite(cluster.Api, Parallel, patience, step);
            var count = await rewrite.RunAsync(resource, p => progress(resource, p.Count), cancellation);
            if (rewrite.Refused is [var refused, ..])
                throw Refused(refused, count.Refused);
            rewritten += count.Rewritten;
            step(
                $" - {count.Seen} objects: {count.Rewritten} rewritten, {count.Fresh} fresh, {count.Gone} written or deleted by others"
            );
        }
        return rewritten;
    }

    private static CommandException Refused(RefusedObject first, int count) =>
        new(
            ExitCode.Failed,
            $"the API server refuses to store {count} objects, such as {first.Resource} {first.Namespace}/{first.Name}: {first.Message}",
            "mend what refuses them and run the same command again; everything stays readable"
        );

    /// <summary>Null where the datastore can't be reached.</summary>
    private async Task<StoredProof?> ProveAsync(
        IReadOnlyList<ApiResource> resources,
        byte[] after,
        CancellationToken cancellation
    )
    {
        if (cluster.Datastore is not { } datastore)
        {
            step("The datastore can't be reached: what is stored can't be proven, so the old provider stays readable");
            return null;
        }
        step($"Counting in {datastore.Name}");
        var readers = ConfigurationText
            .Parse(after, file.Path)
            .Entries.SelectMany(e => e.Providers)
            .Select(p => p.Provider)
            .Distinct()
            .ToList();
        var proof = await StoredProof.OfAsync(datastore, cluster.Prefix, resources, readers, cancellation);
        step($" - {proof.Objects} objects, {proof.Unreadable} that would become unreadable");
        return proof.Unreadable == 0
            ? proof
            : throw new CommandException(
                ExitCode.Refused,
                $"{proof.Unreadable} objects are still stored with the old provider, such as {proof.Example}; it stays readable",
                "run the same command again; an object that stays is one that the API server refuses to write: see its log"
            );
    }

    private string First(byte[] configuration) =>
        string.Join(
            ", ",
            ConfigurationText
                .Parse(configuration, file.Path)
                .Entries.Select(e => e.First.ToString())
                .Distinct(StringComparer.Ordinal)
        );

    private static bool Same(byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b);
}
