using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using FsCheck.Xunit;

namespace EdgeKms.KeyRing.Tests.Envelope;

public sealed class EnvelopeV1Tests
{
    private static readonly byte[] Kek = Given.Bytes("kek");
    private static readonly KeyId Id = KeyId.Derive(1, Given.RingId, Kek);

    [Property(MaxTest = 300)]
    public void Envelope_OfOneTo1024Bytes_ComesBack(int seed)
    {
        var random = new Random(seed);
        var plaintext = new byte[random.Next(1, 1025)];
        random.NextBytes(plaintext);
        var envelope = Wrap(plaintext);
        Assert.Equal(plaintext.Length + 61, envelope.Length);
        Assert.Equal(plaintext, Unwrap(envelope));
    }

    [Fact]
    public void Envelope_OfASeed_Is93Bytes() => Assert.Equal(93, Wrap(new byte[32]).Length);

    [Fact]
    public void Unwrap_OfEveryBitFlipped_IsRefused()
    {
        var envelope = Wrap(Given.Bytes("seed"));
        for (var bit = 0; bit < envelope.Length * 8; bit++)
            Assert.Null(Unwrap(Given.Flip(envelope, bit)));
    }

    [Fact]
    public void Unwrap_OfEveryTruncationAndExtension_IsRefused()
    {
        var envelope = Wrap(Given.Bytes("seed"));
        for (var length = 0; length < envelope.Length; length++)
        {
            Assert.Null(Unwrap(envelope[..length]));
            Assert.Null(Unwrap(envelope[^length..]));
        }
        for (var more = 1; more <= 64; more++)
        {
            Assert.Null(Unwrap([.. envelope, .. new byte[more]]));
            Assert.Null(Unwrap([.. new byte[more], .. envelope]));
        }
    }

    [Fact]
    public void Unwrap_WithAnotherKekOrRingOrKeyId_IsRefused()
    {
        var envelope = Wrap(Given.Bytes("seed"));
        var plaintext = new byte[32];
        var otherKek = Given.Bytes("other kek");
        Assert.True(EnvelopeV1.TryUnwrap(Kek, Given.RingId, Id, envelope, plaintext));
        Assert.False(EnvelopeV1.TryUnwrap(otherKek, Given.RingId, Id, envelope, plaintext));
        Assert.False(EnvelopeV1.TryUnwrap(Kek, Given.OtherRingId, Id, envelope, plaintext));
        Assert.False(EnvelopeV1.TryUnwrap(Kek, Given.RingId, KeyId.Derive(2, Given.RingId, Kek), envelope, plaintext));
        Assert.False(EnvelopeV1.TryUnwrap(Kek, Given.RingId, Id, envelope, new byte[31]));
    }

    [Fact]
    public void Wrap_TenThousandTimes_GivesDistinctSaltsNoncesAndEnvelopes()
    {
        var envelopes = Enumerable.Range(0, 10_000).Select(_ => Convert.ToHexString(Wrap(new byte[32]))).ToArray();
        Assert.Equal(10_000, envelopes.Distinct().Count());
        Assert.Equal(10_000, envelopes.Select(e => e[2..66]).Distinct().Count());
        Assert.Equal(10_000, envelopes.Select(e => e[66..90]).Distinct().Count());
    }

    [Fact]
    public void Wrap_OfAnEmptyOrTooLongText_IsRefusedByTheRing()
    {
        var ring = Given.FirstRing();
        Given.Fails(ErrorCode.RequestInvalid, () => KeyWrap.Wrap(ring, ring.Active, []));
        Given.Fails(
            ErrorCode.RequestInvalid,
            () => KeyWrap.Wrap(ring, ring.Active, new byte[EnvelopeV1.MaxPlaintext + 1])
        );
        var largest = KeyWrap.Wrap(ring, ring.Active, new byte[EnvelopeV1.MaxPlaintext]);
        Assert.Equal(65_536, largest.Length);
        Assert.Equal(EnvelopeV1.MaxPlaintext, KeyWrap.Unwrap(ring, ring.Active.Id.Text, largest).Length);
    }

    [Fact]
    public void Unwrap_OfAnEnvelopeOverTheLimit_AllocatesNoPlaintext()
    {
        var ring = Given.FirstRing();
        var huge = new byte[16 * 1024 * 1024];
        huge[0] = 1;
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.Unwrap(ring, ring.Active.Id.Text, huge));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.Unwrap(ring, ring.Active.Id.Text, huge));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public void Unwrap_OfAnUnknownOrDestroyedKey_SaysSo()
    {
        var ring = Given.RingOfEveryState();
        Given.Fails(ErrorCode.KeyUnknown, () => KeyWrap.Unwrap(ring, "k9.AAAAAAAAAAAAAAAAAAAAAA", new byte[93]));
        Given.Fails(ErrorCode.KeyUnknown, () => KeyWrap.Unwrap(ring, "", new byte[93]));
        Given.Fails(ErrorCode.KeyDestroyed, () => KeyWrap.Unwrap(ring, ring.Header.Keys[0].Id.Text, new byte[93]));
        Given.Fails(ErrorCode.CiphertextInvalid, () => KeyWrap.Unwrap(ring, ring.Active.Id.Text, []));
    }

    [Fact]
    public void SelfTest_OfAGoodRing_PassesAndOfAFlippedBitInMemory_Fails()
    {
        var ring = Given.FirstRing();
        Assert.True(KeyWrap.SelfTest(ring));
        using (var material = ring.LeaseMaterial())
            material.Span[5] ^= 1;
        Assert.False(KeyWrap.SelfTest(ring));
    }

    // AesGcm isn't thread-safe: an instance that calls share fails in one of ten calls under load.
    [Fact]
    public async Task Ring_UsedByManyThreadsAtOnce_WrapsAndUnwrapsRightly()
    {
        var ring = Given.RingOfEveryState();
        var keys = ring.Header.Keys.Where(k => k.HasMaterial).ToArray();
        var tasks = Enumerable.Range(0, 8).Select(thread => Task.Run(() => Use(ring, keys, thread)));
        Assert.Equal(8 * 3_000, (await Task.WhenAll(tasks)).Sum());
    }

    private static int Use(KekRing ring, KekEntry[] keys, int thread)
    {
        var right = 0;
        for (var i = 0; i < 3_000; i++)
        {
            var plaintext = Given.Bytes($"{thread} {i}");
            var key = keys[i % keys.Length];
            right += KeyWrap.Unwrap(ring, key.Id.Text, KeyWrap.Wrap(ring, key, plaintext)).SequenceEqual(plaintext)
                ? 1
                : 0;
        }
        return right;
    }

    private static byte[] Wrap(byte[] plaintext)
    {
        var envelope = new byte[plaintext.Length + EnvelopeV1.Overhead];
        EnvelopeV1.Wrap(Kek, Given.RingId, Id, plaintext, envelope);
        return envelope;
    }

    private static byte[]? Unwrap(byte[] envelope)
    {
        var plaintext = new byte[Math.Max(0, envelope.Length - EnvelopeV1.Overhead)];
        return EnvelopeV1.TryUnwrap(Kek, Given.RingId, Id, envelope, plaintext) ? plaintext : null;
    }
}
