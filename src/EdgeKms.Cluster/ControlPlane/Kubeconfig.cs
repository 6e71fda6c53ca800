using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.Cluster.ControlPlane.Certificates;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>The administrator's kubeconfig (0600), with certificates and key inside.</summary>
internal static class Kubeconfig
{
    internal static void Write(LocalState state, Ports ports)
    {
        using var key =
            PrivateKeyFile.Read(state.At("pki", "admin.key"))
            ?? throw new CryptographicException("admin.key can't be read");
        var pem = PrivateKeyFile.Pem(key);
        // Large enough at once: a list that grows would leave copies of the key behind.
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(pem.Length) + 16_384];
        var length = 0;
        try
        {
            Add("apiVersion: v1\nkind: Config\nclusters:\n  - name: edgekms-local\n    cluster:\n");
            Add($"      server: {ports.ApiUrl}\n      certificate-authority-data: {Base64Of(state, "ca")}\n");
            Add(
                $"users:\n  - name: edgekms-admin\n    user:\n      client-certificate-data: {Base64Of(state, "admin")}\n"
            );
            Add("      client-key-data: ");
            Base64.EncodeToUtf8(pem, text.AsSpan(length), out _, out var encoded);
            length += encoded;
            Add("\ncontexts:\n  - name: edgekms-local\n    context:\n      cluster: edgekms-local\n");
            Add("      user: edgekms-admin\n      namespace: default\ncurrent-context: edgekms-local\n");
            var file = text[..length];
            state.Put(state.Kubeconfig, file, LocalState.PrivateFile);
            CryptographicOperations.ZeroMemory(file);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
            CryptographicOperations.ZeroMemory(text);
        }

        void Add(string part) => length += Encoding.ASCII.GetBytes(part, text.AsSpan(length));
    }

    private static string Base64Of(LocalState state, string certificate)
    {
        using var read =
            CertificateFile.Read(state.At("pki", certificate + ".crt"))
            ?? throw new CryptographicException($"{certificate}.crt can't be read");
        return Convert.ToBase64String(CertificateFile.Pem(read));
    }
}
