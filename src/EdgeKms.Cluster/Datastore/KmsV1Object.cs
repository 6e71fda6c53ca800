using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeKms.Cluster.Datastore;

/// <summary>
/// What KMS v1 stores behind its prefix: the cipher's length (2 bytes, big-endian), the cipher, the object. KMS v1 itself
/// names no key; a cipher of EdgeKms (spec/kms-v1-cipher.md) does.
/// </summary>
internal static class KmsV1Object
{
    private const byte CipherVersion = 0x02;
    private const int KeyIdAt = 2;

    /// <summary>Salt, nonce and tag, and at least one byte that they seal.</summary>
    private const int LeastBehind = 32 + 12 + 16 + 1;

    private const int MaxCipher = 1024;

    private static readonly SearchValues<byte> s_keyId = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"u8
    );

    /// <summary>The key id in a cipher of EdgeKms; null where it is another plugin's, or damaged.</summary>
    internal static string? KeyId(ReadOnlySpan<byte> stored)
    {
        if (stored.Length < sizeof(ushort))
            return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stored);
        // Behind the cipher is the object, never empty.
        if (length is < KeyIdAt or > MaxCipher || stored.Length <= sizeof(ushort) + length)
            return null;
        var cipher = stored.Slice(sizeof(ushort), length);
        if (cipher[0] != CipherVersion || cipher[1] is < 25 or > 33 || length < KeyIdAt + cipher[1] + LeastBehind)
            return null;
        var id = cipher.Slice(KeyIdAt, cipher[1]);
        return id[0] == (byte)'k' && id[^23] == (byte)'.' && !id.ContainsAnyExcept(s_keyId)
            ? Encoding.ASCII.GetString(id)
            : null;
    }
}
