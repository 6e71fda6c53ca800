// Purpose:    the public name of a KEK: "k", the sequence in the ring, ".", 22 characters derived from the key.
// References: HKDF-Expand (RFC 5869); kube-apiserver takes 1 to 1,024 bytes and stores the id in every object.
// Parameters: 16 bytes of HKDF-Expand(KEK, "edgekms/key-id/v1" | ring id), base64url: at most 33 characters in all.
// Limits:     derived, not counted: after a restored backup the next sequence number comes again, the id never does.
//             The 16 bytes are one-way (HMAC); they tell nothing of the KEK.

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.KeyRing.Ring;

/// <summary>Key id such as <c>k7.nJ2oV3v0yZrN6mHkq0b1Wg</c>; opaque to everyone else.</summary>
public sealed class KeyId : IEquatable<KeyId>
{
    public const int MaxSequence = 999_999_999;

    private const int TagSize = 16;
    private const int TagLength = 22;

    private KeyId(int sequence, string tag)
    {
        Sequence = sequence;
        Text = string.Create(CultureInfo.InvariantCulture, $"k{sequence}.{tag}");
        Utf8 = Encoding.ASCII.GetBytes(Text);
    }

    private static ReadOnlySpan<byte> Label => "edgekms/key-id/v1"u8;

    /// <summary>Position in the ring's history, from 1.</summary>
    public int Sequence { get; }

    /// <summary>The id as kube-apiserver sees it.</summary>
    public string Text { get; }

    internal byte[] Utf8 { get; }

    /// <summary><c>sha256:</c> and the hex SHA-256 of the id, as in kube-apiserver's metrics.</summary>
    public string Hash => field ??= "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Utf8));

    /// <summary>The id of this KEK (32 bytes) in this ring.</summary>
    public static KeyId Derive(int sequence, RingId ring, ReadOnlySpan<byte> kek)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, MaxSequence);
        Span<byte> tag = stackalloc byte[KeyDerivation.KeySize];
        KeyDerivation.Expand(kek, Label, ring.Bytes, tag);
        return new KeyId(sequence, Base64Url.EncodeToString(tag[..TagSize]));
    }

    /// <summary>Reads the canonical text form; null when it isn't one.</summary>
    public static KeyId? TryParse(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        if (dot < 2 || text[0] != 'k' || text[1] == '0')
            return null;
        Span<byte> tag = stackalloc byte[TagSize];
        return
            int.TryParse(text[1..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && sequence <= MaxSequence
            && text.Length == dot + 1 + TagLength
            && FixedBase64.TryDecode(text[(dot + 1)..], tag)
            ? new KeyId(sequence, text[(dot + 1)..].ToString())
            : null;
    }

    public bool Equals(KeyId? other) => string.Equals(Text, other?.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as KeyId);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;
}
