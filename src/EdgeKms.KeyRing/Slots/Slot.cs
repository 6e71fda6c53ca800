using System.Buffers.Text;
using System.Globalization;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Slots;

/// <summary>One wrapped copy of the ring key.</summary>
/// <param name="Number">Unique in the ring, from 1, never used again.</param>
/// <param name="Kind">What opens it.</param>
/// <param name="Created">When it was made (UTC, whole seconds).</param>
/// <param name="Kdf">How the secret becomes a key.</param>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Wrapped">Nonce (12), encrypted ring key (32), tag (16).</param>
public sealed record Slot(int Number, SlotKind Kind, DateTime Created, SlotKdf Kdf, byte[] Salt, byte[] Wrapped)
{
    public const int SaltSize = 16;
    public const int WrappedSize = 12 + 32 + 16;

    /// <summary>The slot's line in the ring file up to the wrapped key: authenticated as AAD of the wrap.</summary>
    internal string Prefix =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"slot {Number} {KindText(Kind)} {UtcText.Format(Created)} {Kdf.Text} {Base64Url.EncodeToString(Salt)}"
        );

    /// <summary><c>admin</c>, <c>recovery</c> or <c>node</c>.</summary>
    public static string KindText(SlotKind kind) =>
        kind switch
        {
            SlotKind.Admin => "admin",
            SlotKind.Recovery => "recovery",
            SlotKind.Node => "node",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
}
