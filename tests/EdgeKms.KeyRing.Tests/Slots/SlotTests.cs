using System.Text;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace EdgeKms.KeyRing.Tests.Slots;

public sealed class SlotTests
{
    public static TheoryData<SlotKind, string> KindsAndKdfs { get; } =
        new(
            from kind in Enum.GetValues<SlotKind>()
            from kdf in new[] { "hkdf-sha256", "pbkdf2-sha512:10", "argon2id:64,1,1" }
            select (kind, kdf)
        );

    [Theory]
    [MemberData(nameof(KindsAndKdfs))]
    public void Slot_OfAKindAndKdf_OpensWithItsSecretOnly(SlotKind kind, string kdf)
    {
        var slot = Close(kind, kdf, "right");
        Assert.Equal(Given.Bytes("ring key"), Open(Given.RingId, slot, "right"));
        Assert.Null(Open(Given.RingId, slot, "wrong"));
        Assert.Null(Open(Given.RingId, slot, ""));
        Assert.Null(Open(Given.OtherRingId, slot, "right"));
    }

    [Fact]
    public void Slot_WithAParameterExchanged_IsRefused()
    {
        var slot = Close(SlotKind.Admin, "pbkdf2-sha512:10", "right");
        // The stretched key stays the right one: it is the authenticated line that refuses.
        using var stretched = Stretch(slot.Kdf, slot.Salt, "right");
        Slot[] changed =
        [
            slot with
            {
                Number = 2,
            },
            slot with
            {
                Kind = SlotKind.Node,
            },
            slot with
            {
                Created = slot.Created.AddSeconds(1),
            },
            slot with
            {
                Kdf = new SlotKdf.Pbkdf2Sha512(11),
            },
            slot with
            {
                Kdf = new SlotKdf.HkdfSha256(),
            },
            slot with
            {
                Salt = Given.Flip(slot.Salt, 0),
            },
        ];
        Assert.NotNull(SlotSeal.TryOpen(Given.RingId, slot, stretched));
        Assert.All(changed, s => Assert.Null(SlotSeal.TryOpen(Given.RingId, s, stretched)));
        for (var bit = 0; bit < Slot.WrappedSize * 8; bit++)
            Assert.Null(
                SlotSeal.TryOpen(Given.RingId, slot with { Wrapped = Given.Flip(slot.Wrapped, bit) }, stretched)
            );
    }

    [Fact]
    public void TryOpen_OfSeveralSlotsOfAKind_TriesEach()
    {
        Slot[] slots =
        [
            Close(SlotKind.Admin, "pbkdf2-sha512:10", "first", 2),
            Close(SlotKind.Admin, "hkdf-sha256", "second"),
            Given.NodeSlot(Given.RingId, 3),
        ];
        Array.Sort(slots, (a, b) => a.Number - b.Number);
        var ring = Parsed(Given.RingOfEveryState().WithSlots(Given.Monday, new byte[32], slots));
        Assert.Equal(Given.Bytes("ring key"), Unlock(ring, SlotKind.Admin, "first"));
        Assert.Equal(Given.Bytes("ring key"), Unlock(ring, SlotKind.Admin, "second"));
        Assert.Null(Unlock(ring, SlotKind.Admin, "third"));
        Assert.Null(Unlock(ring, SlotKind.Recovery, "first"));
        Assert.Null(RingUnlock.TryOpen(ring.Header, SlotKind.Admin, _ => null));
    }

    // The vectors for HMAC-SHA-512 that stand beside RFC 6070's (same inputs), cut to 32 bytes.
    [Theory]
    [InlineData("password", "salt", 1, "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252")]
    [InlineData("password", "salt", 2, "e1d9c16aa681708a45f5c7c4e215ceb66e011a2e9f0040713f18aefdb866d53c")]
    [InlineData("password", "salt", 4096, "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5")]
    [InlineData(
        "passwordPASSWORDpassword",
        "saltSALTsaltSALTsaltSALTsaltSALTsalt",
        4096,
        "8c0511f4c6e597c6ac6315d8f0362e225f3c501495ba23b868c005174dc4ee71"
    )]
    public void Stretch_OfThePublishedPbkdf2Vectors_GivesTheirKeys(
        string secret,
        string salt,
        int iterations,
        string key
    )
    {
        using var from = Given.Text(secret);
        using var to = SlotStretch.TryStretch(
            new SlotKdf.Pbkdf2Sha512(iterations),
            Encoding.ASCII.GetBytes(salt),
            from
        )!;
        Assert.Equal(key, Convert.ToHexStringLower(Given.Reveal(to)));
    }

    // RFC 5869 A.1: the PRK.
    [Fact]
    public void Stretch_OfTheHkdfVector_GivesItsPrk()
    {
        using var from = SecretBytes.CopyOf(Enumerable.Repeat((byte)0x0b, 22).ToArray());
        var salt = Convert.FromHexString("000102030405060708090a0b0c");
        using var to = SlotStretch.TryStretch(new SlotKdf.HkdfSha256(), salt, from)!;
        Assert.Equal(
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            Convert.ToHexStringLower(Given.Reveal(to))
        );
    }

    [Fact]
    public void Stretch_OfArgon2id_IsLeftToTheKeyCommand()
    {
        using var secret = Given.Text("right");
        Assert.Null(SlotStretch.TryStretch(SlotKdf.DefaultArgon2id, new byte[16], secret));
    }

    [Theory]
    [InlineData("hkdf-sha256", true, false)]
    [InlineData("argon2id:65536,3,1", true, false)]
    [InlineData("argon2id:1048576,16,8", true, false)]
    [InlineData("pbkdf2-sha512:10000000", true, false)]
    [InlineData("argon2id:1048577,16,8", true, true)]
    [InlineData("argon2id:1048576,17,8", true, true)]
    [InlineData("argon2id:1048576,16,9", true, true)]
    [InlineData("argon2id:63,1,8", true, true)]
    [InlineData("argon2id:99999999999,1,1", true, true)]
    [InlineData("argon2id:65536,1,2147483647", true, true)]
    [InlineData("pbkdf2-sha512:10000001", true, true)]
    [InlineData("pbkdf2-sha512:340282366920938463463374607431768211456", true, true)]
    [InlineData("pbkdf2-sha512:0", false, false)]
    [InlineData("pbkdf2-sha512:+1", false, false)]
    [InlineData("pbkdf2-sha512:01", false, false)]
    [InlineData("pbkdf2-sha512:", false, false)]
    [InlineData("pbkdf2-sha512", false, false)]
    [InlineData("pbkdf2-sha512:1,1", false, false)]
    [InlineData("argon2id:1,1", false, false)]
    [InlineData("argon2id:8,1,1,1", false, false)]
    [InlineData("argon2i:8,1,1", false, false)]
    [InlineData("hkdf-sha256:1", false, false)]
    [InlineData("HKDF-SHA256", false, false)]
    [InlineData("", false, false)]
    public void Kdf_OfAText_IsKnownOrOverALimit(string text, bool known, bool overLimit)
    {
        var kdf = SlotKdf.TryParse(text, out var over);
        Assert.Equal((known, overLimit), (kdf is not null, over));
        if (known && !overLimit)
            Assert.Equal(text, kdf!.Text);
    }

    internal static SecretBytes Stretch(SlotKdf kdf, byte[] salt, byte[] secret)
    {
        using var from = SecretBytes.CopyOf(secret.Length == 0 ? [0] : secret);
        if (kdf is not SlotKdf.Argon2id argon)
            return SlotStretch.TryStretch(kdf, salt, from)!;
        var generator = new Argon2BytesGenerator();
        generator.Init(
            new Argon2Parameters.Builder(Argon2Parameters.Argon2id)
                .WithVersion(Argon2Parameters.Version13)
                .WithMemoryAsKB(argon.MemoryKiB)
                .WithIterations(argon.Passes)
                .WithParallelism(argon.Lanes)
                .WithSalt(salt)
                .Build()
        );
        var stretched = new byte[32];
        generator.GenerateBytes(secret, stretched);
        return SecretBytes.CopyOf(stretched);
    }

    private static SecretBytes Stretch(SlotKdf kdf, byte[] salt, string secret) =>
        Stretch(kdf, salt, Encoding.UTF8.GetBytes(secret));

    private static Slot Close(SlotKind kind, string kdf, string secret, int number = 1)
    {
        var parsed = SlotKdf.TryParse(kdf, out _)!;
        var salt = Given.Bytes("slot salt")[..Slot.SaltSize];
        using var stretched = Stretch(parsed, salt, secret);
        using var ringKey = Given.Secret("ring key");
        return SlotSeal.Close(Given.RingId, number, kind, Given.Monday, parsed, salt, stretched, ringKey);
    }

    private static byte[]? Open(RingId ring, Slot slot, string secret)
    {
        using var stretched = Stretch(slot.Kdf, slot.Salt, secret);
        using var ringKey = SlotSeal.TryOpen(ring, slot, stretched);
        return ringKey is null ? null : Given.Reveal(ringKey);
    }

    private static SealedRing Parsed(KekRing ring)
    {
        Assert.Equal(RingOutcome.Ok, SealedRing.Parse(SealedRing.Seal(ring), out var parsed));
        return parsed!;
    }

    private static byte[]? Unlock(SealedRing ring, SlotKind kind, string secret)
    {
        using var ringKey = RingUnlock.TryOpen(ring.Header, kind, slot => Stretch(slot.Kdf, slot.Salt, secret));
        return ringKey is null ? null : Given.Reveal(ringKey);
    }
}
