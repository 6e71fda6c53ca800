using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>Has the API server store every object of the entries that change anew, in all that it serves of them.</summary>
internal sealed class MigrationRewrite(
    MigratedCluster cluster,
    Action<string> step,
    Action<ApiResource, RewriteCount> progress
)
{
    private const int Parallel = 8;
    private const int Named = 10;

    private static readonly TimeSpan s_longestTrouble = TimeSpan.FromMinutes(5);

    /// <returns>Objects that were stored anew.</returns>
    /// <exception cref="CommandException">Exit code 1: the API server refuses some; the others were stored.</exception>
    internal async Task<int> RunAsync(MigrationRoute route, CancellationToken cancellation)
    {
        string[] names = [.. route.Changed.SelectMany(c => c.Before.Resources).Distinct(StringComparer.Ordinal)];
        var found = await ApiDiscovery.DiscoverAsync(cluster.Api, names, cancellation);
        if (found.Unserved.Count > 0)
            step(
                $"Not served by the API server, so nothing of it can be stored anew: {string.Join(", ", found.Unserved)}"
            );
        if (found.Down.Count > 0)
            step($"Not answering, and stored by another API server: {string.Join(", ", found.Down)}");
        var (rewritten, refused, all) = (0, new List<RefusedObject>(), 0);
        foreach (var resource in found.Resources)
        {
            step($"Storing {resource.QualifiedName} anew");
            var rewrite = new Rewrite(cluster.Api, Parallel, new Patience(s_longestTrouble, cluster.Time, step), step);
            var count = await rewrite.RunAsync(resource, p => progress(resource, p.Count), cancellation);
            rewritten += count.Rewritten;
            refused.AddRange(rewrite.Refused);
            all += count.Refused;
            step(
                $" - {count.Seen} objects: {count.Rewritten} rewritten, {count.Fresh} fresh, {count.Gone} written or deleted by others"
                    + (count.Refused > 0 ? $", {count.Refused} refused" : "")
            );
        }
        return all == 0 ? rewritten : throw Refused(refused, all);
    }

    private CommandException Refused(List<RefusedObject> refused, int all)
    {
        foreach (var one in refused.Take(Named))
            step($"Refused: {Name(one)}: {one.Message}");
        return new CommandException(
            ExitCode.Failed,
            $"the API server refuses to store {all} {(all == 1 ? "object" : "objects")}, such as {Name(refused[0])}: {refused[0].Message}",
            "put right what refuses them (a policy, a webhook), then run the same command again; until then everything stays readable"
        );
    }

    private static string Name(RefusedObject one) =>
        $"{one.Resource} {(string.IsNullOrEmpty(one.Namespace) ? "" : one.Namespace + "/")}{one.Name}";
}
