using System.Text;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Slots;

public sealed class NodeTokenTests
{
    [Fact]
    public void Token_WrittenAndParsed_IsTheSameAndTheInputIsCleared()
    {
        using var token = NodeToken.Create(Given.RingId, 12);
        var file = token.Write();
        using var parsed = NodeToken.TryParse(file)!;
        Assert.Equal((Given.RingId, 12), (parsed.Ring, parsed.Slot));
        Assert.Equal(Given.Reveal(token.Secret), Given.Reveal(parsed.Secret));
        Assert.Equal(-1, file.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.InRange(token.Write().Length, 1, NodeToken.MaxBytes);
    }

    [Fact]
    public void Parse_OfATokenDamagedAtAnyBit_IsRefused()
    {
        using var token = NodeToken.Create(Given.RingId, 3);
        var file = token.Write();
        for (var bit = 0; bit < file.Length * 8; bit++)
            Assert.Null(NodeToken.TryParse(Given.Flip(file, bit)));
    }

    [Fact]
    public void Parse_OfATokenCutAnywhere_IsRefused()
    {
        using var token = NodeToken.Create(Given.RingId, 3);
        var file = token.Write();
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Null(NodeToken.TryParse(file[..length]));
            Assert.Null(NodeToken.TryParse(file[^length..]));
        }
    }

    [Fact]
    public void ByToken_OfTheRightToken_GivesTheRingKey()
    {
        var (ring, directory) = RingAndToken(t => t);
        using var ringKey = RingUnlock.ByToken(ring.Header, directory, "node.token");
        Assert.Equal(Given.Bytes("ring key"), Given.Reveal(ringKey));
    }

    [Fact]
    public void ByToken_OfAMissingDamagedOversizedOrForeignToken_SaysWhich()
    {
        Expect(ErrorCode.TokenDamaged, token => Given.Flip(token, 300));
        Expect(ErrorCode.TokenDamaged, _ => []);
        Expect(ErrorCode.TokenDamaged, token => [.. token, .. new byte[1000]]);
        Expect(ErrorCode.TokenOtherRing, _ => NodeToken.Create(Given.OtherRingId, 1).Write());
        Expect(ErrorCode.TokenRefused, _ => NodeToken.Create(Given.RingId, 1).Write());
        var (ring, directory) = RingAndToken(t => t);
        Given.Fails(ErrorCode.TokenMissing, () => RingUnlock.ByToken(ring.Header, directory, "other.token"));
    }

    private static void Expect(ErrorCode code, Func<byte[], byte[]> change)
    {
        var (ring, directory) = RingAndToken(change);
        Given.Fails(code, () => RingUnlock.ByToken(ring.Header, directory, "node.token"));
    }

    private static (SealedRing Ring, MemoryDirectory Directory) RingAndToken(Func<byte[], byte[]> change)
    {
        var template = NodeToken.Create(Given.RingId, 1);
        using (var lease = template.Secret.Lease())
            Given.Bytes("token").CopyTo(lease.Span);
        var directory = new MemoryDirectory("/state", new Steps());
        directory.Create("node.token");
        directory.Append("node.token", change(template.Write()));
        Assert.Equal(RingOutcome.Ok, SealedRing.Parse(SealedRing.Seal(Given.RingOfEveryState()), out var ring));
        Assert.StartsWith(
            "edgekms-node-token/1\n",
            Encoding.ASCII.GetString(template.Write()),
            StringComparison.Ordinal
        );
        return (ring!, directory);
    }
}
