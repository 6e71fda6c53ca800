namespace EdgeKms.Cluster.Datastore;

/// <summary>What the command line says about the datastore. The etcd flags mean what etcdctl's do.</summary>
/// <param name="EtcdEndpoints">Tried in their order; empty where none is given.</param>
/// <param name="EtcdAuthority">PEM file of the authorities of etcd's certificate.</param>
/// <param name="EtcdCertificate">PEM file of the client certificate.</param>
/// <param name="EtcdKey">PEM file of its key.</param>
/// <param name="SqliteFile">kine's file.</param>
public sealed record DatastoreFlags(
    IReadOnlyList<string> EtcdEndpoints,
    string? EtcdAuthority,
    string? EtcdCertificate,
    string? EtcdKey,
    string? SqliteFile
)
{
    /// <summary>Nothing said: look where clusters keep it.</summary>
    public static DatastoreFlags None { get; } = new([], null, null, null, null);

    /// <summary>Null where they go together, else what is wrong.</summary>
    public string? Refuse() =>
        SqliteFile is not null && EtcdEndpoints.Count > 0 ? "--sqlite and --etcd-endpoints exclude each other"
        : EtcdCertificate is null != EtcdKey is null ? "--etcd-cert and --etcd-key belong together"
        : EtcdEndpoints.Count == 0 && (EtcdAuthority ?? EtcdCertificate) is not null
            ? "--etcd-cacert, --etcd-cert and --etcd-key need --etcd-endpoints"
        : null;
}
