using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Envelope;

namespace EdgeKms.KeyRing.Tests.Envelope;

/// <summary>A call allocates its result and what <c>new AesGcm</c> costs, and nothing of ours.</summary>
public sealed class EnvelopeAllocationTests
{
    private const int Calls = 500;

    /// <summary>One object more in each call is more than this; what the runtime allocates beside it in 500 calls is less.</summary>
    private const int Noise = Calls * 24 - 1;

    private byte[] _kept = [];

    [Fact]
    public void Wrap_OfASeed_AllocatesTheEnvelopeAndTheCipherOnly()
    {
        var ring = Given.RingOfEveryState();
        var seed = new byte[32];
        var expected = Measure(() => _kept = new byte[93]) + Measure(Cipher);
        Assert.InRange(Measure(() => _kept = KeyWrap.Wrap(ring, ring.Active, seed)), 1, expected + Noise);
    }

    [Fact]
    public void Unwrap_OfAnEnvelope_AllocatesThePlaintextAndTheCipherOnly()
    {
        var ring = Given.RingOfEveryState();
        var id = ring.Active.Id.Text;
        var envelope = KeyWrap.Wrap(ring, ring.Active, new byte[32]);
        var expected = Measure(() => _kept = new byte[32]) + Measure(Cipher);
        Assert.InRange(Measure(() => _kept = KeyWrap.Unwrap(ring, id, envelope)), 1, expected + Noise);
    }

    /// <summary>Not optimised: once other tests have made the wrapping hot, the runtime keeps parts of an AesGcm on the
    /// stack there, and an expectation that is measured would be lower or higher by chance.</summary>
    [MethodImpl(MethodImplOptions.NoOptimization)]
    private static void Cipher()
    {
        Span<byte> key = stackalloc byte[32];
        Span<byte> nonce = stackalloc byte[12];
        Span<byte> text = stackalloc byte[32];
        Span<byte> tag = stackalloc byte[16];
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(nonce, text, text, tag, nonce);
    }

    /// <summary>Bytes of <see cref="Calls"/> calls; the least of several rounds, since the runtime itself allocates
    /// now and then when it compiles anew.</summary>
    private static long Measure(Action action)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 8; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
                action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
