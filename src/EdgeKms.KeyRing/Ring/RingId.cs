using System.Buffers.Text;
using System.Security.Cryptography;

namespace EdgeKms.KeyRing.Ring;

/// <summary>Public random name of a key ring: 16 bytes, written as 22 characters of base64url.</summary>
public sealed record RingId
{
    public const int Size = 16;
    public const int TextLength = 22;

    private RingId(string text, byte[] bytes) => (Text, Bytes) = (text, bytes);

    public string Text { get; }

    internal byte[] Bytes { get; }

    public bool Equals(RingId? other) => string.Equals(Text, other?.Text, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    public static RingId Create()
    {
        var bytes = RandomNumberGenerator.GetBytes(Size);
        return new RingId(Base64Url.EncodeToString(bytes), bytes);
    }

    /// <summary>Reads the canonical text form; null when it isn't one.</summary>
    public static RingId? TryParse(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Size];
        return FixedBase64.TryDecode(text, bytes) ? new RingId(text.ToString(), bytes) : null;
    }
}
