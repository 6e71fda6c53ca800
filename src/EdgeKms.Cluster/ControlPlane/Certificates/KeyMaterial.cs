using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeKms.Cluster.ControlPlane.Certificates;

/// <summary>
/// All keys and certificates of <c>pki/</c>. Two authorities: with one, the administrator's certificate would open etcd, and
/// etcd's client certificate the API server.
/// </summary>
internal static class KeyMaterial
{
    /// <summary>Makes what isn't there, can't be used, or ends within 30 days, and the kubeconfig to go with it.</summary>
    /// <returns>How many certificates were made.</returns>
    internal static int Ensure(LocalState state, Ports ports, TimeProvider time)
    {
        using var etcd = CertificateAuthority.Open(state, "etcd-ca", time);
        using var cluster = CertificateAuthority.Open(state, "ca", time);
        CertificateKind[] ofEtcd = [CertificateKind.EtcdServer, CertificateKind.EtcdPeer, CertificateKind.EtcdClient];
        CertificateKind[] ofCluster = [CertificateKind.ApiServer, CertificateKind.Admin];
        var made = ofEtcd.Count(etcd.Ensure) + ofCluster.Count(cluster.Ensure);
        ServiceAccountKey.Ensure(state);
        Kubeconfig.Write(state, ports);
        return made;
    }

    /// <summary>A client certificate with its key, to connect with.</summary>
    /// <exception cref="CryptographicException">One of the two files isn't there.</exception>
    internal static X509Certificate2 Client(LocalState state, CertificateKind kind)
    {
        using var key =
            PrivateKeyFile.Read(state.At("pki", kind.Name + ".key"))
            ?? throw new CryptographicException($"{kind.Name}.key can't be read");
        using var certificate =
            CertificateFile.Read(state.At("pki", kind.Name + ".crt"))
            ?? throw new CryptographicException($"{kind.Name}.crt can't be read");
        return certificate.CopyWithPrivateKey(key);
    }
}
