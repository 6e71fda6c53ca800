using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.Tests;

/// <summary>What the tests start from.</summary>
internal static class Given
{
    internal static RingId RingId { get; } = RingId.TryParse("AAECAwQFBgcICQoLDA0ODw")!;

    internal static RingId OtherRingId { get; } = RingId.TryParse("_wECAwQFBgcICQoLDA0ODw")!;

    internal static DateTime Monday { get; } = Utc("2026-01-05T00:00:00Z");

    internal static DateTime Utc(string text) =>
        UtcText.TryParse(text, out var value) ? value : throw new ArgumentException(text, nameof(text));

    /// <summary>32 bytes that a word stands for.</summary>
    internal static byte[] Bytes(string word) => SHA256.HashData(Encoding.UTF8.GetBytes(word));

    internal static SecretBytes Secret(string word) => SecretBytes.CopyOf(Bytes(word));

    internal static SecretBytes Text(string text) => SecretBytes.CopyOf(Encoding.UTF8.GetBytes(text));

    internal static byte[] Reveal(SecretBytes secret)
    {
        using var lease = secret.Lease();
        return lease.Span.ToArray();
    }

    /// <summary>A node slot that <c>Secret("token")</c> opens, for the ring key <c>Secret("ring key")</c>.</summary>
    internal static Slot NodeSlot(RingId ring, int number = 1)
    {
        var salt = Bytes("salt")[..Slot.SaltSize];
        using var token = Secret("token");
        using var ringKey = Secret("ring key");
        using var stretched = SlotStretch.TryStretch(new SlotKdf.HkdfSha256(), salt, token)!;
        return SlotSeal.Close(ring, number, SlotKind.Node, Monday, new SlotKdf.HkdfSha256(), salt, stretched, ringKey);
    }

    /// <summary>Generation 1 of a ring under the ring key <c>Secret("ring key")</c>.</summary>
    internal static KekRing FirstRing()
    {
        var (id, first, kek) = KekRing.CreateFirst(Monday);
        return KekRing.Create(id, first, kek, Secret("ring key"), [NodeSlot(id)]);
    }

    /// <summary>A ring whose key 1 is destroyed, 2 retired, 3 active and 4 staged; no test writes it to a store.</summary>
    internal static KekRing RingOfEveryState(int generation = 7)
    {
        var keks = Enumerable.Range(1, 4).Select(i => Bytes($"kek {i}")).ToArray();
        KekEntry Entry(int i, DateTime? activated, DateTime? retired, DateTime? destroyed) =>
            new(KeyId.Derive(i, RingId, keks[i - 1]), Monday, activated, retired, destroyed);
        KekEntry[] keys =
        [
            Entry(1, Monday, Monday.AddDays(30), Monday.AddDays(90)),
            Entry(2, Monday.AddDays(30), Monday.AddDays(60), null),
            Entry(3, Monday.AddDays(60), null, null),
            Entry(4, null, null, null),
        ];
        var header = new RingHeader(
            RingId,
            generation,
            Bytes("previous"),
            Monday.AddDays(90),
            keys,
            [NodeSlot(RingId)]
        );
        return new KekRing(header, Secret("ring key"), SecretBytes.CopyOf([.. keks[1], .. keks[2], .. keks[3]]));
    }

    internal static EdgeKmsException Fails(ErrorCode code, Action action)
    {
        var failure = Assert.Throws<EdgeKmsException>(action);
        Assert.Equal(code, failure.Code);
        return failure;
    }

    /// <summary>The same bytes with one bit changed.</summary>
    internal static byte[] Flip(byte[] bytes, int bit)
    {
        var changed = bytes.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
