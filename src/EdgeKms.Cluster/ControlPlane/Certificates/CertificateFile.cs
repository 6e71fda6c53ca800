using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeKms.Cluster.ControlPlane.Certificates;

/// <summary>A certificate as a PEM file, and whether it is still what it should be.</summary>
internal static class CertificateFile
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1"; // RFC 5280, 4.2.1.12
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>The certificate, or null where there is none that can be read: it is then made anew.</summary>
    internal static X509Certificate2? Read(string path)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (Exception e) when (e is IOException or CryptographicException)
        {
            return null;
        }
    }

    internal static byte[] Pem(X509Certificate2 certificate) =>
        Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n");

    /// <summary>Whether the key is the certificate's own, and the time is within its life, the last days excepted.</summary>
    internal static bool IsUsable(X509Certificate2 certificate, ECDsa key, TimeProvider time, TimeSpan renewBefore)
    {
        using var publicKey = certificate.GetECDsaPublicKey();
        if (
            publicKey is null
            || !CryptographicOperations.FixedTimeEquals(
                publicKey.ExportSubjectPublicKeyInfo(),
                key.ExportSubjectPublicKeyInfo()
            )
        )
            return false;
        var now = time.GetUtcNow();
        var (first, last) = Life(certificate);
        return now >= first && now < last - renewBefore;
    }

    /// <summary>.NET tells the two moments in local time.</summary>
    internal static (DateTimeOffset First, DateTimeOffset Last) Life(X509Certificate2 certificate) =>
        (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));

    internal static bool IsSignedBy(X509Certificate2 certificate, X509Certificate2 authority, TimeProvider time)
    {
        using var chain = new X509Chain { ChainPolicy = Trusting(authority) };
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        return chain.Build(certificate);
    }

    /// <summary>Trusts what this authority signed, and nothing else.</summary>
    internal static X509ChainPolicy Trusting(X509Certificate2 authority) =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { authority },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };

    internal static OidCollection Usages(CertificateKind kind)
    {
        var usages = new OidCollection();
        if (kind.IsServer)
            usages.Add(new Oid(ServerAuth));
        if (kind.IsClient)
            usages.Add(new Oid(ClientAuth));
        return usages;
    }

    internal static bool HasNames(X509Certificate2 certificate, CertificateKind kind)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return kind.DnsNames.All(n => names?.EnumerateDnsNames().Contains(n, StringComparer.Ordinal) == true)
            && kind.Addresses.All(a => names?.EnumerateIPAddresses().Contains(a) == true);
    }
}
