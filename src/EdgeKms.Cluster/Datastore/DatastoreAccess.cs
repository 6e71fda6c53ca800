using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// Opens the datastore that the command line names, else the one that is found where k3s, kubeadm and <c>edgekms up</c>
/// keep it.
/// </summary>
/// <param name="time">For the limits.</param>
/// <param name="root">Where the machine's files are; <c>/</c> but for tests.</param>
/// <param name="pageBytes">About how much of etcd is read with one call.</param>
public sealed class DatastoreAccess(TimeProvider time, string root = "/", long pageBytes = EtcdDatastore.FastPage)
{
    private const string K3s = "var/lib/rancher/k3s/server";
    private const string Kubeadm = "etc/kubernetes/pki/etcd";
    private const string Local = "var/lib/edgekms-local";

    /// <summary>etcd of kubeadm and of k3s listens here.</summary>
    private const string UsualEndpoint = "https://127.0.0.1:2379";

    /// <summary>Null where nothing is named and nothing is found that this user may read.</summary>
    /// <param name="flags">A set that <see cref="DatastoreFlags.Refuse"/> lets pass.</param>
    /// <param name="server">The API server: the local control plane is its own only with this address.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">Exit code 11: it does not answer; 2, 8, 9: it can't be opened.</exception>
    public async Task<IDatastore?> OpenAsync(DatastoreFlags flags, Uri? server, CancellationToken cancellation)
    {
        if (flags.SqliteFile is { } named)
            return new SqliteDatastore(named);
        var place =
            flags.EtcdEndpoints.Count > 0
                ? new EtcdPlace(flags.EtcdEndpoints, flags.EtcdAuthority, flags.EtcdCertificate, flags.EtcdKey)
                : LocalPlace(server);
        if (place is null && At(K3s, "db/state.db") is var sqlite && CappedFile.IsReadable(sqlite))
            return new SqliteDatastore(sqlite);
        place ??= Usual();
        return place is null ? null : await place.OpenAsync(time, pageBytes, cancellation);
    }

    /// <summary>The datastore that is a file below the root; null where there is none.</summary>
    /// <exception cref="CommandException">Exit code 2, 8, 9: it can't be opened.</exception>
    public IDatastore? OpenFile() =>
        At(K3s, "db/state.db") is var sqlite && CappedFile.IsReadable(sqlite) ? new SqliteDatastore(sqlite) : null;

    /// <summary>The one of <c>edgekms up</c>, where this API server is its own: a k3s may run beside it.</summary>
    private EtcdPlace? LocalPlace(Uri? server)
    {
        var endpoints = LocalEndpoints.Read(At(Local, "endpoints.json"));
        if (endpoints is null || !Uri.TryCreate(endpoints.ApiServer, UriKind.Absolute, out var own) || own != server)
            return null;
        var place = new EtcdPlace(
            [endpoints.Etcd],
            At(Local, "pki/etcd-ca.crt"),
            At(Local, "pki/etcd-client.crt"),
            At(Local, "pki/etcd-client.key")
        );
        return place.FilesAreReadable ? place : null;
    }

    private EtcdPlace? Usual()
    {
        var candidates = new[]
        {
            Place(Kubeadm, "ca.crt", "healthcheck-client"),
            Place(Kubeadm, "ca.crt", "server"),
            Place(K3s + "/tls/etcd", "server-ca.crt", "client"),
        };
        return Array.Find(candidates, c => c.FilesAreReadable);
    }

    private EtcdPlace Place(string folder, string authority, string pair) =>
        new([UsualEndpoint], At(folder, authority), At(folder, pair + ".crt"), At(folder, pair + ".key"));

    private string At(string folder, string name) => Path.Combine(root, folder, name);
}
