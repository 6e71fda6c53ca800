using System.Text;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using FsCheck.Xunit;

namespace EdgeKms.KeyRing.Tests.Envelope;

public sealed class KmsV1CipherTests
{
    private static readonly byte[] Kek = Given.Bytes("kek");
    private static readonly KeyId Id = KeyId.Derive(1, Given.RingId, Kek);

    private static int MaxPlaintext => 1024 - 62 - Id.Text.Length;

    [Property(MaxTest = 300)]
    public void Cipher_OfEveryAllowedLength_ComesBack(int seed)
    {
        var random = new Random(seed);
        var plaintext = new byte[random.Next(1, MaxPlaintext + 1)];
        random.NextBytes(plaintext);
        var cipher = Wrap(plaintext);
        Assert.Equal(plaintext.Length + 62 + Id.Text.Length, cipher.Length);
        Assert.Equal(plaintext, Unwrap(cipher));
    }

    [Fact]
    public void Cipher_OfADek_NamesItsKeyInTheClear()
    {
        var cipher = Wrap(new byte[32]);
        Assert.Equal([0x02, (byte)Id.Text.Length, .. Encoding.ASCII.GetBytes(Id.Text)], cipher[..(2 + Id.Text.Length)]);
        Assert.Equal(Id, KmsV1Cipher.ReadKeyId(cipher));
    }

    [Fact]
    public void Unwrap_OfEveryBitFlipped_IsRefused()
    {
        var cipher = Wrap(Given.Bytes("dek"));
        for (var bit = 0; bit < cipher.Length * 8; bit++)
            Assert.Null(Unwrap(Given.Flip(cipher, bit)));
    }

    [Fact]
    public void Unwrap_OfEveryTruncationAndExtension_IsRefused()
    {
        var cipher = Wrap(Given.Bytes("dek"));
        for (var length = 0; length < cipher.Length; length++)
        {
            Assert.Null(Unwrap(cipher[..length]));
            Assert.Null(Unwrap(cipher[^length..]));
        }
        for (var more = 1; more <= 64; more++)
        {
            Assert.Null(Unwrap([.. cipher, .. new byte[more]]));
            Assert.Null(Unwrap([.. new byte[more], .. cipher]));
        }
    }

    [Fact]
    public void Unwrap_WithAnotherKekOrRingOrKeyId_IsRefused()
    {
        var cipher = Wrap(Given.Bytes("dek"));
        var plaintext = new byte[32];
        var second = KeyId.Derive(2, Given.RingId, Kek);
        Assert.True(KmsV1Cipher.TryUnwrap(Kek, Given.RingId, Id, cipher, plaintext));
        Assert.False(KmsV1Cipher.TryUnwrap(Given.Bytes("other kek"), Given.RingId, Id, cipher, plaintext));
        Assert.False(KmsV1Cipher.TryUnwrap(Kek, Given.OtherRingId, Id, cipher, plaintext));
        Assert.False(KmsV1Cipher.TryUnwrap(Kek, Given.RingId, second, cipher, plaintext));
        Assert.False(KmsV1Cipher.TryUnwrap(Kek, Given.RingId, Id, cipher, new byte[31]));
    }

    // The id in the clear is authenticated: exchanging it does not make the cipher one of the other key.
    [Fact]
    public void Unwrap_WithTheIdExchanged_IsRefusedByTheOtherKeyToo()
    {
        var second = KeyId.Derive(2, Given.RingId, Kek);
        var cipher = Wrap(Given.Bytes("dek"));
        Encoding.ASCII.GetBytes(second.Text).CopyTo(cipher.AsSpan(2));
        Assert.Equal(second, KmsV1Cipher.ReadKeyId(cipher));
        Assert.False(KmsV1Cipher.TryUnwrap(Kek, Given.RingId, second, cipher, new byte[32]));
    }

    // Not only by the first byte: each in the other's clothes is refused, too.
    [Fact]
    public void Cipher_DressedAsAnEnvelopeAndTheReverse_IsRefused()
    {
        var cipher = Wrap(Given.Bytes("dek"));
        var start = 2 + Id.Text.Length;
        var envelope = new byte[32 + EnvelopeV1.Overhead];
        EnvelopeV1.Wrap(Kek, Given.RingId, Id, Given.Bytes("dek"), envelope);
        var plaintext = new byte[32];
        Assert.False(EnvelopeV1.TryUnwrap(Kek, Given.RingId, Id, [0x01, .. cipher[start..]], plaintext));
        Assert.Null(Unwrap([.. cipher[..start], .. envelope[1..]]));
        Assert.Null(Unwrap(envelope));
        // What is exchanged here does fit: the cipher's own bytes after the same start are taken.
        Assert.NotNull(Unwrap([.. cipher[..start], .. cipher[start..]]));
    }

    [Fact]
    public void Ring_GivenTheOtherVersionsText_RefusesIt()
    {
        var ring = Given.RingOfEveryState();
        var envelope = KeyWrap.Wrap(ring, ring.Active, new byte[32]);
        var cipher = KeyWrap.WrapForV1(ring, ring.Active, new byte[32]);
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.UnwrapFromV1(ring, envelope));
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.Unwrap(ring, ring.Active.Id.Text, cipher));
    }

    [Fact]
    public void Wrap_OfAnEmptyOrTooLongText_IsRefusedByTheRing()
    {
        var ring = Given.FirstRing();
        Given.Fails(ErrorCode.RequestInvalid, () => KeyWrap.WrapForV1(ring, ring.Active, []));
        Given.Fails(ErrorCode.RequestInvalid, () => KeyWrap.WrapForV1(ring, ring.Active, new byte[MaxPlaintext + 1]));
        var largest = KeyWrap.WrapForV1(ring, ring.Active, new byte[MaxPlaintext]);
        Assert.Equal(1024, largest.Length);
        Assert.Equal(new byte[MaxPlaintext], KeyWrap.UnwrapFromV1(ring, largest));
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.UnwrapFromV1(ring, [.. largest, 0]));
    }

    [Fact]
    public void Unwrap_OfEveryKeyOfTheRing_UsesTheOneThatIsNamed()
    {
        var ring = Given.RingOfEveryState();
        foreach (var key in ring.Header.Keys.Where(k => k.HasMaterial))
        {
            var cipher = KeyWrap.WrapForV1(ring, key, Given.Bytes(key.Id.Text));
            Assert.Equal(Given.Bytes(key.Id.Text), KeyWrap.UnwrapFromV1(ring, cipher));
        }
    }

    [Fact]
    public void Unwrap_OfAnUnknownOrDestroyedKey_SaysSo()
    {
        var ring = Given.RingOfEveryState();
        var destroyed = ring.Header.Keys[0].Id;
        Given.Fails(ErrorCode.KeyDestroyed, () => KeyWrap.UnwrapFromV1(ring, Named(destroyed.Text, 92)));
        Given.Fails(ErrorCode.KeyUnknown, () => KeyWrap.UnwrapFromV1(ring, Named("k9.AAAAAAAAAAAAAAAAAAAAAA", 92)));
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.UnwrapFromV1(ring, Named(ring.Active.Id.Text, 92)));
    }

    // Not a key id as EdgeKms writes them, or nothing behind it: somebody else's, never an unknown key.
    [Theory]
    [InlineData("", 92)]
    [InlineData("k09.AAAAAAAAAAAAAAAAAAAAAA", 92)]
    [InlineData("k9.AAAAAAAAAAAAAAAAAAAAAB", 92)]
    [InlineData("k9.AAAAAAAAAAAAAAAAAAAAA\u00e9", 92)]
    [InlineData("K9.AAAAAAAAAAAAAAAAAAAAAA", 92)]
    [InlineData("key", 92)]
    [InlineData("k9.AAAAAAAAAAAAAAAAAAAAAA", 60)]
    [InlineData("k9.AAAAAAAAAAAAAAAAAAAAAA", 0)]
    [InlineData("k9.AAAAAAAAAAAAAAAAAAAAAA", 1000)]
    public void Unwrap_OfSomethingElse_IsNoCipher(string id, int behind) =>
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.UnwrapFromV1(Given.FirstRing(), Named(id, behind)));

    [Fact]
    public void ReadKeyId_OfALengthBeyondTheEnd_IsNull()
    {
        Assert.Null(KmsV1Cipher.ReadKeyId([]));
        Assert.Null(KmsV1Cipher.ReadKeyId([0x02]));
        Assert.Null(KmsV1Cipher.ReadKeyId([0x02, 0xff, (byte)'k']));
    }

    private static byte[] Named(string id, int behind)
    {
        var bytes = Encoding.Latin1.GetBytes(id);
        return [0x02, (byte)bytes.Length, .. bytes, .. new byte[behind]];
    }

    private static byte[] Wrap(byte[] plaintext)
    {
        var cipher = new byte[plaintext.Length + KmsV1Cipher.Overhead(Id)];
        KmsV1Cipher.Wrap(Kek, Given.RingId, Id, plaintext, cipher);
        return cipher;
    }

    private static byte[]? Unwrap(byte[] cipher)
    {
        var plaintext = new byte[Math.Max(0, cipher.Length - KmsV1Cipher.Overhead(Id))];
        return KmsV1Cipher.TryUnwrap(Kek, Given.RingId, Id, cipher, plaintext) ? plaintext : null;
    }
}
