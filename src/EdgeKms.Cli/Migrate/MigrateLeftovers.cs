using EdgeKms.Cluster.Migrate;

namespace EdgeKms.Cli.Migrate;

/// <summary>What a finished migration leaves behind, as it is, with the next command.</summary>
internal static class MigrateLeftovers
{
    internal static IEnumerable<string> Of(MigrationResult result, ConfigurationFile config)
    {
        if (result.Left.Any(l => l.IsLocal) && config.Copies.List() is [.., var kept])
            yield return $"{kept.Path} has the keys that backups of the datastore from before need: keep it as long as you keep those";
        if (result.Left.Count == 0 || result.Rewritten == 0)
            yield break;
        yield return "Older revisions in the datastore still hold the old form until it is compacted (kube-apiserver: within 10 minutes; kine: the last 1,000 revisions stay)";
        yield return "The disk's free pages hold it longer: \"etcdctl defrag\" frees those of etcd, \"sqlite3 state.db VACUUM\" with k3s stopped those of SQLite";
    }
}
