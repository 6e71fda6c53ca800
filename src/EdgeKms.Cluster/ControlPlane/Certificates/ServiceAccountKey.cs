using System.Security.Cryptography;
using System.Text;

namespace EdgeKms.Cluster.ControlPlane.Certificates;

/// <summary>
/// The key pair (ECDSA P-256) that signs service account tokens. A whole kube-apiserver doesn't start without; a new pair
/// makes the tokens that were given out void, so it is kept for as long as it can be read.
/// </summary>
internal static class ServiceAccountKey
{
    internal static void Ensure(LocalState state)
    {
        var keyFile = state.At("pki", "service-account.key");
        var key = PrivateKeyFile.Read(keyFile);
        if (key is null)
        {
            key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            PrivateKeyFile.Write(state, keyFile, key);
        }
        using (key)
        {
            var pem = Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n");
            state.Put(state.At("pki", "service-account.pub"), pem, LocalState.PublicFile);
        }
    }
}
