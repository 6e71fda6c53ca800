using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeKms.Cluster.Tests;

/// <summary>A certificate authority of one test, and what it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset s_from = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset s_to = s_from.AddDays(2);

    private readonly X509Certificate2 _own;

    internal TestAuthority(string name = "test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true)
        );
        _own = request.CreateSelfSigned(s_from, s_to);
    }

    internal string Pem => _own.ExportCertificatePem();

    /// <summary>For 127.0.0.1 and localhost, or for another name alone.</summary>
    internal (string Certificate, string Key) Server(string? name = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddDnsName("localhost");
        }
        else
        {
            names.AddDnsName(name);
        }
        // etcd's own gateway calls it as a client.
        return Sign("CN=server", names.Build(), "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    }

    internal (string Certificate, string Key) Client(string name) => Sign($"CN={name}", null, "1.3.6.1.5.5.7.3.2");

    public void Dispose() => _own.Dispose();

    private (string Certificate, string Key) Sign(string subject, X509Extension? names, params string[] usages)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([.. usages.Select(u => new Oid(u))], false)
        );
        if (names is not null)
            request.CertificateExtensions.Add(names);
        using var signed = request.Create(
            _own,
            s_from.AddMinutes(1),
            s_to.AddDays(-1),
            RandomNumberGenerator.GetBytes(8)
        );
        return (signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
