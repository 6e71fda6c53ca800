using System.Net;

namespace EdgeKms.Cluster.ControlPlane.Certificates;

/// <summary>One certificate of the control plane, as it should be.</summary>
/// <param name="Name">File name without its ending.</param>
/// <param name="CommonName">For a client of the API server: the user.</param>
/// <param name="Organization">For a client of the API server: the group; null for none.</param>
/// <param name="IsServer">Whether it has the names of this machine's loopback and may be shown by a server.</param>
/// <param name="IsClient">Whether a client may show it.</param>
internal sealed record CertificateKind(
    string Name,
    string CommonName,
    string? Organization,
    bool IsServer,
    bool IsClient
)
{
    /// <summary>10.96.0.1 is the first address of the service range that the API server gets.</summary>
    private static readonly IPAddress[] s_addresses =
    [
        IPAddress.Loopback,
        IPAddress.IPv6Loopback,
        IPAddress.Parse("10.96.0.1"),
    ];

    private static readonly string[] s_names =
    [
        "localhost",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
    ];

    internal static readonly CertificateKind EtcdServer = new("etcd-server", "etcd", null, true, true);

    internal static readonly CertificateKind EtcdPeer = new("etcd-peer", "etcd", null, true, true);

    internal static readonly CertificateKind EtcdClient = new("etcd-client", "kube-apiserver", null, false, true);

    internal static readonly CertificateKind ApiServer = new("apiserver", "kube-apiserver", null, true, false);

    /// <summary>The group that every authorizer lets pass.</summary>
    internal static readonly CertificateKind Admin = new("admin", "edgekms-admin", "system:masters", false, true);

    internal IReadOnlyList<string> DnsNames => IsServer ? s_names : [];

    internal IReadOnlyList<IPAddress> Addresses => IsServer ? s_addresses : [];
}
