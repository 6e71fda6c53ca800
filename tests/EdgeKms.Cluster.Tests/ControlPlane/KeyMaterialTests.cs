using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Cluster.ControlPlane.Certificates;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Cluster.Tests.ControlPlane;

public sealed class KeyMaterialTests : IDisposable
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private static readonly Ports s_ports = new(6443, 2379, 2380);

    private readonly TemporaryState _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-24T12:00:00Z"));

    private LocalState State => _directory.State;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("etcd-server", "etcd-ca", "CN=etcd", true, ServerAuth + " " + ClientAuth)]
    [InlineData("etcd-peer", "etcd-ca", "CN=etcd", true, ServerAuth + " " + ClientAuth)]
    [InlineData("etcd-client", "etcd-ca", "CN=kube-apiserver", false, ClientAuth)]
    [InlineData("apiserver", "ca", "CN=kube-apiserver", true, ServerAuth)]
    [InlineData("admin", "ca", "O=system:masters, CN=edgekms-admin", false, ClientAuth)]
    public void Certificate_OfEachKind_IsWhatItsUserNeeds(
        string name,
        string authority,
        string subject,
        bool isServer,
        string usages
    )
    {
        Assert.Equal(5, Ensure());
        using var certificate = Certificate(name);
        using var signer = Certificate(authority);
        using var other = Certificate(authority == "ca" ? "etcd-ca" : "ca");

        Assert.True(CertificateFile.IsSignedBy(certificate, signer, _time));
        Assert.False(CertificateFile.IsSignedBy(certificate, other, _time));
        Assert.Equal(subject, certificate.Subject);
        Assert.Equal(
            usages,
            string.Join(
                ' ',
                certificate
                    .Extensions.OfType<X509EnhancedKeyUsageExtension>()
                    .Single()
                    .EnhancedKeyUsages.Cast<Oid>()
                    .Select(o => o.Value)
            )
        );
        foreach (var host in new[] { "localhost", "127.0.0.1", "::1", "kubernetes.default.svc" })
            Assert.Equal(isServer, certificate.MatchesHostname(host, allowCommonName: false));
        Assert.False(certificate.MatchesHostname("example.org"));
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(256, certificate.GetECDsaPublicKey()!.KeySize);
        Assert.Equal(_time.GetUtcNow().AddDays(365).UtcDateTime, certificate.NotAfter.ToUniversalTime());
        using var key = PrivateKeyFile.Read(State.At("pki", name + ".key"));
        Assert.True(CertificateFile.IsUsable(certificate, key!, _time, TimeSpan.Zero));
    }

    [Fact]
    public void Modes_OfTheFiles_KeepTheKeysToTheirOwner()
    {
        Ensure();
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var keys = Directory.GetFiles(State.At("pki"), "*.key");
        Assert.Equal(8, keys.Length);
        foreach (var file in keys.Append(State.Kubeconfig))
            Assert.Equal(Private, File.GetUnixFileMode(file));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(State.Path));
        Assert.Empty(Directory.GetFiles(State.At("pki"), ".edgekms-new-*"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(334, 0)]
    [InlineData(336, 5)]
    [InlineData(400, 5)]
    [InlineData(3000, 5)]
    public void Certificates_AfterDays_AreRenewedInTheirLastThirty(int days, int made)
    {
        Ensure();
        var authority = File.ReadAllText(State.At("pki", "ca.crt"));
        _time.Advance(TimeSpan.FromDays(days));
        Assert.Equal(made, Ensure());
        Assert.Equal(0, Ensure());
        Assert.Equal(authority, File.ReadAllText(State.At("pki", "ca.crt")));
    }

    [Fact]
    public void Authority_InItsLastThirtyDays_IsReplacedWithAllThatItSigned()
    {
        Ensure();
        var authority = File.ReadAllText(State.At("pki", "ca.crt"));
        _time.Advance(TimeSpan.FromDays(3641));
        Assert.Equal(5, Ensure());
        Assert.NotEqual(authority, File.ReadAllText(State.At("pki", "ca.crt")));
        using var admin = Certificate("admin");
        using var ca = Certificate("ca");
        Assert.True(CertificateFile.IsSignedBy(admin, ca, _time));
    }

    [Fact]
    public void Leaf_OfAnAuthorityThatEndsSooner_EndsWithIt()
    {
        Ensure();
        _time.Advance(TimeSpan.FromDays(3500));
        Assert.Equal(5, Ensure());
        using var admin = Certificate("admin");
        using var ca = Certificate("ca");
        Assert.Equal(ca.NotAfter, admin.NotAfter);
    }

    [Fact]
    public void Clock_SetFarBack_MakesCertificatesThatAreValidNow()
    {
        Ensure();
        var earlier = new FakeTimeProvider(DateTimeOffset.Parse("2020-01-01T00:00:00Z"));
        Assert.Equal(5, KeyMaterial.Ensure(State, s_ports, earlier));
        using var admin = Certificate("admin");
        Assert.True(admin.NotBefore.ToUniversalTime() < earlier.GetUtcNow().UtcDateTime);
    }

    [Theory]
    [InlineData("admin.crt", 1)]
    [InlineData("admin.key", 1)]
    [InlineData("etcd-ca.key", 3)]
    [InlineData("ca.crt", 2)]
    public void File_DamagedOrOfAnotherKey_IsMadeAnewWithWhatHangsOnIt(string file, int made)
    {
        Ensure();
        File.WriteAllText(State.At("pki", file), "nonsense");
        Assert.Equal(made, Ensure());
        if (file.EndsWith(".key", StringComparison.Ordinal))
        {
            using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            PrivateKeyFile.Write(State, State.At("pki", file), other);
            Assert.Equal(made, Ensure());
        }
        Assert.Equal(0, Ensure());
    }

    [Fact]
    public void ServiceAccountKey_AcrossStarts_IsKept()
    {
        Ensure();
        var key = File.ReadAllText(State.At("pki", "service-account.key"));
        _time.Advance(TimeSpan.FromDays(5000));
        Ensure();
        Assert.Equal(key, File.ReadAllText(State.At("pki", "service-account.key")));
        using var half = ECDsa.Create();
        half.ImportFromPem(File.ReadAllText(State.At("pki", "service-account.pub")));
        using var whole = PrivateKeyFile.Read(State.At("pki", "service-account.key"));
        Assert.True(half.VerifyData("x"u8, whole!.SignData("x"u8, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));
    }

    [Fact]
    public void Kubeconfig_HoldsTheAdministratorsKeyAndBothCertificates()
    {
        Ensure();
        var text = File.ReadAllText(State.Kubeconfig);
        Assert.Contains("server: https://127.0.0.1:6443\n", text);
        foreach (
            var (member, file) in new[]
            {
                ("certificate-authority-data", "ca.crt"),
                ("client-certificate-data", "admin.crt"),
                ("client-key-data", "admin.key"),
            }
        )
        {
            var line = text.Split('\n').Single(l => l.Trim().StartsWith(member + ": ", StringComparison.Ordinal));
            var content = Encoding.ASCII.GetString(Convert.FromBase64String(line.Split(": ")[1]));
            Assert.Equal(File.ReadAllText(State.At("pki", file)).Trim(), content.Trim());
        }
    }

    [Fact]
    public void Addresses_OfAServer_AreNotOnlyNames()
    {
        Ensure();
        using var certificate = Certificate("apiserver");
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Contains(IPAddress.Loopback, names.EnumerateIPAddresses());
        Assert.Contains(IPAddress.IPv6Loopback, names.EnumerateIPAddresses());
    }

    private int Ensure() => KeyMaterial.Ensure(State, s_ports, _time);

    private X509Certificate2 Certificate(string name) =>
        X509CertificateLoader.LoadCertificateFromFile(State.At("pki", name + ".crt"));
}
