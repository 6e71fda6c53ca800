using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Ring;
using FsCheck.Xunit;

namespace EdgeKms.KeyRing.Tests.Ring;

public sealed class KeyIdTests
{
    [Property(MaxTest = 200)]
    public void KeyId_WrittenAndParsed_IsTheSame(int seed)
    {
        var random = new Random(seed);
        var kek = new byte[32];
        random.NextBytes(kek);
        var id = KeyId.Derive(random.Next(1, KeyId.MaxSequence + 1), Given.RingId, kek);
        var parsed = KeyId.TryParse(id.Text);
        Assert.Equal(id, parsed);
        Assert.Equal(id.Sequence, parsed!.Sequence);
        Assert.InRange(id.Text.Length, 25, 33);
    }

    [Fact]
    public void Derive_OfTheSameKey_GivesTheSameId() =>
        Assert.Equal(
            KeyId.Derive(3, Given.RingId, Given.Bytes("kek")),
            KeyId.Derive(3, Given.RingId, Given.Bytes("kek"))
        );

    [Fact]
    public void Derive_InAnotherRingOrOfAnotherKey_GivesAnotherTag()
    {
        var id = KeyId.Derive(3, Given.RingId, Given.Bytes("kek"));
        Assert.NotEqual(id, KeyId.Derive(3, Given.OtherRingId, Given.Bytes("kek")));
        Assert.NotEqual(id, KeyId.Derive(3, Given.RingId, Given.Bytes("other kek")));
        Assert.NotEqual(id, KeyId.Derive(4, Given.RingId, Given.Bytes("kek")));
    }

    [Fact]
    public void Derive_OfEveryBitOfAKeyChanged_GivesAnotherId()
    {
        var kek = Given.Bytes("kek");
        var ids = Enumerable.Range(0, 256).Select(bit => KeyId.Derive(1, Given.RingId, Given.Flip(kek, bit)).Text);
        Assert.Equal(256, ids.Append(KeyId.Derive(1, Given.RingId, kek).Text).Distinct().Count() - 1);
    }

    [Fact]
    public void Hash_OfAnId_IsTheSha256OfItsText()
    {
        var id = KeyId.Derive(12, Given.RingId, Given.Bytes("kek"));
        Assert.Equal("sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id.Text))), id.Hash);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(KeyId.MaxSequence + 1)]
    public void Derive_OfASequenceThatIsNone_Throws(int sequence) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => KeyId.Derive(sequence, Given.RingId, new byte[32]));
}
