using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster;

/// <summary>TLS of one server, as kubeconfigs and etcdctl name it: whom to trust, and who one is.</summary>
/// <param name="authority">PEM of the trusted authorities; null trusts those of the operating system.</param>
/// <param name="certificate">PEM of the own certificate, issuers after it; null for none.</param>
/// <param name="key">PEM of its private key; null for none.</param>
/// <param name="trustsAnyone">True for <c>insecure-skip-tls-verify</c>.</param>
/// <param name="origin">The file they come from, for messages.</param>
public sealed class ClientTls(byte[]? authority, byte[]? certificate, byte[]? key, bool trustsAnyone, string origin)
{
    /// <summary>Options of a new client. Nothing is fetched from a network: no revocation lists, no missing issuers.</summary>
    /// <exception cref="CommandException">Exit code 2: a PEM is no certificate, or the key is not its key.</exception>
    [SuppressMessage("Security", "CA5359", Justification = "insecure-skip-tls-verify asks for exactly this")]
    [SuppressMessage("Security", "MA0039", Justification = "insecure-skip-tls-verify asks for exactly this")]
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions
        {
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (authority is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(Load(authority, "certificate authority"));
        }
        if (trustsAnyone)
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        if (certificate is not null && key is not null)
            options.ClientCertificateContext = Own(certificate, key);
        return options;
    }

    private SslStreamCertificateContext Own(byte[] certificate, byte[] key)
    {
        var issuers = Load(certificate, "client certificate");
        issuers.RemoveAt(0);
        var pem = new char[Encoding.UTF8.GetCharCount(key)];
        try
        {
            Encoding.UTF8.GetChars(key, pem);
#pragma warning disable CA2000 // The context that is returned uses it as long as the client lives.
            var own = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(certificate), pem);
#pragma warning restore CA2000
            return SslStreamCertificateContext.Create(own, issuers, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Without its text: what is read here is a private key.
            throw Refused("the client key is not the key of the client certificate");
        }
        finally
        {
            Array.Clear(pem);
        }
    }

    private X509Certificate2Collection Load(byte[] pem, string what)
    {
        var loaded = new X509Certificate2Collection();
        try
        {
            loaded.ImportFromPem(Encoding.UTF8.GetString(pem));
        }
        catch (CryptographicException)
        {
            loaded.Clear();
        }
        return loaded.Count > 0 ? loaded : throw Refused($"the {what} holds no certificate in PEM form");
    }

    private CommandException Refused(string what) => new(ExitCode.Usage, $"{origin}: {what}", "correct the file");
}
