using System.Security.Cryptography;
using System.Text;
using EdgeKms.Kms.Storage;
using EdgeKms.Kms.V2;
using Google.Protobuf;

namespace EdgeKms.Quickstart;

/// <summary>
/// The write and read path of kube-apiserver 1.29 and later for one KMS v2 provider: a seed of 32 random bytes that the
/// provider wraps; for each write 32 random bytes of info and a key HKDF-Expand-SHA256(seed, info); AES-256-GCM with the
/// object's path as AAD; stored as prefix and EncryptedObject (k8s.io/apiserver, envelope/kmsv2).
/// </summary>
internal sealed class SecretStore(
    string folder,
    string provider,
    KeyManagementService.KeyManagementServiceClient client
)
{
    private const int InfoSize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private string Prefix => $"k8s:enc:kms:v2:{provider}:";

    /// <summary>Seals and stores a value; returns the key id.</summary>
    public string Write(string name, byte[] value)
    {
        var status = client.Status(new StatusRequest());
        if (status.Healthz != "ok" || status.Version != "v2")
            throw new InvalidOperationException($"Status says {status.Version} {status.Healthz}");
        var seed = RandomNumberGenerator.GetBytes(32);
        var wrapped = client.Encrypt(
            new EncryptRequest { Plaintext = ByteString.CopyFrom(seed), Uid = Guid.NewGuid().ToString() }
        );
        if (wrapped.KeyId != status.KeyId || wrapped.Ciphertext.Length is 0 or > 1024)
            throw new InvalidOperationException("Encrypt broke a rule of kube-apiserver");

        var sealed_ = new byte[InfoSize + NonceSize + value.Length + TagSize];
        RandomNumberGenerator.Fill(sealed_.AsSpan(0, InfoSize + NonceSize));
        using var aes = new AesGcm(HKDF.Expand(HashAlgorithmName.SHA256, seed, 32, sealed_[..InfoSize]), TagSize);
        aes.Encrypt(
            sealed_.AsSpan(InfoSize, NonceSize),
            value,
            sealed_.AsSpan(InfoSize + NonceSize, value.Length),
            sealed_.AsSpan(InfoSize + NonceSize + value.Length),
            Encoding.UTF8.GetBytes(Key(name))
        );
        var stored = new EncryptedObject
        {
            EncryptedData = ByteString.CopyFrom(sealed_),
            KeyID = wrapped.KeyId,
            EncryptedDEKSource = wrapped.Ciphertext,
            EncryptedDEKSourceType = EncryptedDEKSourceType.HkdfSha256XnonceAesGcmSeed,
        };
        stored.Annotations.Add(wrapped.Annotations);
        File.WriteAllBytes(FileOf(name), [.. Encoding.ASCII.GetBytes(Prefix), .. stored.ToByteArray()]);
        return wrapped.KeyId;
    }

    /// <summary>Reads a value back through Decrypt.</summary>
    public byte[] Read(string name)
    {
        var stored = Stored(name);
        var seed = client
            .Decrypt(
                new DecryptRequest
                {
                    Ciphertext = stored.EncryptedDEKSource,
                    KeyId = stored.KeyID,
                    Uid = Guid.NewGuid().ToString(),
                    Annotations = { stored.Annotations },
                }
            )
            .Plaintext.ToByteArray();
        var data = stored.EncryptedData.ToByteArray();
        using var aes = new AesGcm(HKDF.Expand(HashAlgorithmName.SHA256, seed, 32, data[..InfoSize]), TagSize);
        var value = new byte[data.Length - InfoSize - NonceSize - TagSize];
        aes.Decrypt(
            data.AsSpan(InfoSize, NonceSize),
            data.AsSpan(InfoSize + NonceSize, value.Length),
            data.AsSpan(data.Length - TagSize),
            value,
            Encoding.UTF8.GetBytes(Key(name))
        );
        return value;
    }

    /// <summary>The key id in the stored object.</summary>
    public string KeyId(string name) => Stored(name).KeyID;

    private static string Key(string name) => $"/registry/secrets/default/{name}";

    private string FileOf(string name) => Path.Combine(folder, name);

    private EncryptedObject Stored(string name)
    {
        var bytes = File.ReadAllBytes(FileOf(name));
        var prefix = Encoding.ASCII.GetBytes(Prefix);
        return bytes.AsSpan().StartsWith(prefix)
            ? EncryptedObject.Parser.ParseFrom(bytes.AsSpan(prefix.Length))
            : throw new InvalidOperationException("the stored object doesn't begin with the provider's prefix");
    }
}
