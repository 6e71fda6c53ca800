using System.Buffers.Text;
using System.Security.Cryptography;
using EdgeKms.Kms.V2;
using Google.Protobuf;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// A plaintext made here and what the plugin's Encrypt returned for it: what kube-apiserver would store.
/// </summary>
internal sealed record Sample(byte[] Plaintext, EncryptResponse Wrapped)
{
    /// <summary>A UUID of 36 characters, as kube-apiserver sends with each call.</summary>
    public static string NewUid() => new Guid(RandomNumberGenerator.GetBytes(16)).ToString();

    /// <summary>
    /// The request that kube-apiserver sends for this sample: key_id and annotations passed back unchanged.
    /// </summary>
    public DecryptRequest Request() => Request(Wrapped.Ciphertext, Wrapped.KeyId);

    public DecryptRequest Request(ReadOnlySpan<byte> ciphertext) =>
        Request(ByteString.CopyFrom(ciphertext), Wrapped.KeyId);

    public DecryptRequest RequestUnder(string keyId) => Request(Wrapped.Ciphertext, keyId);

    public bool Matches(ReadOnlySpan<byte> plaintext) => plaintext.SequenceEqual(Plaintext);

    /// <summary>
    /// The forms in which bytes show up in texts: hexadecimal of both cases and base64 of both alphabets.
    /// </summary>
    public static IReadOnlyList<string> TextForms(byte[] secret)
    {
        var base64 = Convert.ToBase64String(secret).TrimEnd('=');
        return
        [
            Convert.ToHexString(secret),
            Convert.ToHexStringLower(secret),
            base64,
            Base64Url.EncodeToString(secret),
        ];
    }

    private DecryptRequest Request(ByteString ciphertext, string keyId)
    {
        var request = new DecryptRequest
        {
            Ciphertext = ciphertext,
            KeyId = keyId,
            Uid = NewUid(),
        };
        request.Annotations.Add(Wrapped.Annotations);
        return request;
    }
}
