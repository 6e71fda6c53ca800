using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeKms.Cluster.ControlPlane.Certificates;

/// <summary>
/// A certificate authority of the state directory: ECDSA P-256 with SHA-256, ten years; what it signs lasts one year.
/// It is kept as long as it is sound, and replaced (with everything that it signed) when it isn't.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>What ends within this time is made anew.</summary>
    internal static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private static readonly TimeSpan s_ownLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan s_life = TimeSpan.FromDays(365);

    // A clock that is set back a little at the next start must not make the cluster unreachable.
    private static readonly TimeSpan s_early = TimeSpan.FromDays(1);

    private readonly ECDsa _key;
    private readonly LocalState _state;
    private readonly TimeProvider _time;

    private CertificateAuthority(LocalState state, TimeProvider time, string file, X509Certificate2 own, ECDsa key) =>
        (_state, _time, File, Certificate, _key) = (state, time, file, own, key);

    internal X509Certificate2 Certificate { get; }

    internal string File { get; }

    /// <param name="state">Where it lies.</param>
    /// <param name="name"><c>ca</c> or <c>etcd-ca</c>.</param>
    /// <param name="time">The clock.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "the authority owns its key and its certificate")]
    internal static CertificateAuthority Open(LocalState state, string name, TimeProvider time)
    {
        var file = state.At("pki", name + ".crt");
        var keyFile = state.At("pki", name + ".key");
        var key = PrivateKeyFile.Read(keyFile);
        var own = CertificateFile.Read(file);
        if (key is null || own is null || !CertificateFile.IsUsable(own, key, time, RenewBefore))
        {
            own?.Dispose();
            key?.Dispose();
            key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            own = Make(name, key, time.GetUtcNow());
            PrivateKeyFile.Write(state, keyFile, key);
            state.Put(file, CertificateFile.Pem(own), LocalState.PublicFile);
        }
        return new CertificateAuthority(state, time, file, own, key);
    }

    /// <summary>Makes a certificate unless a sound one is there.</summary>
    /// <returns>True when it was made.</returns>
    internal bool Ensure(CertificateKind kind)
    {
        var (file, keyFile) = (_state.At("pki", kind.Name + ".crt"), _state.At("pki", kind.Name + ".key"));
        using var key = PrivateKeyFile.Read(keyFile);
        using var old = CertificateFile.Read(file);
        if (
            key is not null
            && old is not null
            && CertificateFile.IsUsable(old, key, _time, RenewBefore)
            && CertificateFile.IsSignedBy(old, Certificate, _time)
            && CertificateFile.HasNames(old, kind)
        )
            return false;
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Sign(kind, fresh);
        PrivateKeyFile.Write(_state, keyFile, fresh);
        _state.Put(file, CertificateFile.Pem(made), LocalState.PublicFile);
        return true;
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static X509Certificate2 Make(string name, ECDsa key, DateTimeOffset now)
    {
        // The moment in the name: a client that trusts an older authority of the same directory says so plainly.
        var subject = new X500DistinguishedName($"CN=edgekms-{name}-{now.ToUnixTimeSeconds()}");
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var withKey = request.CreateSelfSigned(now - s_early, now + s_ownLife);
        return X509CertificateLoader.LoadCertificate(withKey.RawDataMemory.Span);
    }

    private X509Certificate2 Sign(CertificateKind kind, ECDsa key)
    {
        var name = new X500DistinguishedNameBuilder();
        if (kind.Organization is not null)
            name.AddOrganizationName(kind.Organization);
        name.AddCommonName(kind.CommonName);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        extensions.Add(new X509EnhancedKeyUsageExtension(CertificateFile.Usages(kind), critical: false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        if (kind.IsServer)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (var dns in kind.DnsNames)
                names.AddDnsName(dns);
            foreach (var address in kind.Addresses)
                names.AddIpAddress(address);
            extensions.Add(names.Build());
        }
        var now = _time.GetUtcNow();
        var (from, to) = (now - s_early, now + s_life);
        // No longer than the authority itself: .NET refuses it, and clients would.
        var (first, last) = CertificateFile.Life(Certificate);
        from = from < first ? first : from;
        to = to > last ? last : to;
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40); // positive, without a leading zero (RFC 5280, 4.1.2.2)
        var signer = X509SignatureGenerator.CreateForECDsa(_key);
        return request.Create(Certificate.SubjectName, signer, from, to, serial);
    }
}
