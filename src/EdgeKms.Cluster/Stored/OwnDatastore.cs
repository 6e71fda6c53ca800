using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Stored;

/// <summary>
/// A datastore that is proven to be the API server's own, and everything in it below the storage prefix: what a sentence with "every" or
/// "all" about a cluster's objects looks at.
/// </summary>
public sealed class OwnDatastore
{
    private readonly ApiClient _api;
    private readonly IDatastore _datastore;

    private OwnDatastore(ApiClient api, IDatastore datastore, DatastoreBinding binding) =>
        (_api, _datastore, Binding) = (api, datastore, binding);

    public DatastoreBinding Binding { get; }

    /// <summary>Storage prefix as the datastore has it, such as <c>/registry</c>.</summary>
    public string Prefix => Binding.Prefix;

    public string Name => _datastore.Name;

    /// <param name="api">The API server.</param>
    /// <param name="datastore">A running one.</param>
    /// <param name="prefix">Its <c>--etcd-prefix</c>, where it was named.</param>
    /// <param name="process">The API server's process, where it was found.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">As <see cref="DatastoreBinding.BindAsync"/>.</exception>
    public static async Task<OwnDatastore> BindAsync(
        ApiClient api,
        IDatastore datastore,
        string? prefix,
        ApiServerProcess? process,
        CancellationToken cancellation
    )
    {
        try
        {
            var found = await DatastoreBinding.BindAsync(api, datastore, prefix ?? process?.EtcdPrefix, cancellation);
            return new OwnDatastore(api, datastore, found);
        }
        // Where the datastore is what is wrong, and not the prefix.
        catch (CommandException e)
            when (e.Hint.Contains("--etcd-endpoints", StringComparison.Ordinal)
                && process?.EtcdServers is [_, ..] servers
            )
        {
            throw new CommandException(
                e.ExitCode,
                e.Message,
                $"the API server's own --etcd-servers says {string.Join(',', servers)}: name that with --etcd-endpoints",
                e
            );
        }
    }

    /// <summary>Whose objects its keys are, as the API server serves them now.</summary>
    public async Task<StorageMap> MapAsync(CancellationToken cancellation)
    {
        var all = await ApiDiscovery.DiscoverAsync(_api, ["*.*"], cancellation);
        return new StorageMap([.. all.Resources, .. all.Unpatchable], Prefix);
    }

    /// <summary>One walk over everything, as <see cref="StoredCensus.TakeAsync"/>.</summary>
    /// <exception cref="CommandException">The datastore can't be read.</exception>
    public async Task<(StoredCensus Census, StorageMap Map)> CountAsync(CancellationToken cancellation)
    {
        var map = await MapAsync(cancellation);
        return (await StoredCensus.TakeAsync(_datastore, Prefix, map, cancellation), map);
    }
}
