namespace EdgeKms.Cluster.Stored;

/// <summary>
/// What lies below the storage prefix and is stored in the clear whatever the encryption configuration says: kube-apiserver gives the
/// transformers to the storage of its REST resources alone (k8s.io/apiserver, server/options/etcd.go, CreateRESTOptionsGetter), and
/// these take their storage from the bare factory.
/// </summary>
public static class NeverEncrypted
{
    private static readonly (string Place, string Source)[] s_places =
    [
        // Addresses and ports of Services that are taken.
        ("ranges/", "kubernetes, pkg/registry/core/service/allocator/storage"),
        // Which API servers live, for the endpoints of the Service "kubernetes".
        ("masterleases/", "kubernetes, pkg/controlplane/reconcilers/lease.go"),
        // Where API servers reach each other, with the feature UnknownVersionInteroperabilityProxy.
        ("peerserverleases/", "kubernetes, pkg/controlplane/reconcilers/peer_endpoint_lease.go"),
        // {"health":"true"}, which kine writes at its start for the API server's health check.
        ("health", "kine, pkg/logstructured"),
    ];

    /// <param name="place">As <see cref="StoredGroup.Place"/> has it.</param>
    /// <param name="prefix">Storage prefix as the datastore has it.</param>
    public static bool Holds(string place, string prefix) =>
        s_places.Any(p => string.Equals(place, $"{prefix}/{p.Place}", StringComparison.Ordinal));
}
