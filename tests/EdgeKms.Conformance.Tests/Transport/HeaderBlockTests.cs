using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests.Transport;

public class HeaderBlockTests
{
    /// <summary>RFC 7541, C.2.1's field, but not indexed: 0x00 instead of 0x40.</summary>
    [Fact]
    public void ToBytes_ShortField_IsALiteralWithLiteralName() =>
        Assert.Equal(
            "000a637573746f6d2d6b65790d637573746f6d2d686561646572",
            Convert.ToHexStringLower(new HeaderBlock().Add("custom-key", "custom-header").ToBytes())
        );

    /// <summary>Lengths of 127 and more continue in groups of seven bits (RFC 7541, 5.1).</summary>
    [Theory]
    [InlineData(126, "7e")]
    [InlineData(127, "7f00")]
    [InlineData(254, "7f7f")]
    [InlineData(255, "7f8001")]
    [InlineData(1337, "7fba09")]
    public void ToBytes_LongValue_HasItsLengthInSevenBitGroups(int length, string expected)
    {
        var bytes = new HeaderBlock().Add("a", new string('x', length)).ToBytes();

        Assert.Equal(expected, Convert.ToHexStringLower(bytes.AsSpan(3, bytes.Length - 3 - length)));
    }
}
