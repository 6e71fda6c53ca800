using System.Text;
using EdgeKms.Daemon.Http2;
using EdgeKms.Daemon.Tests.Http2.Wire;

namespace EdgeKms.Daemon.Tests.Http2;

public sealed class HuffmanTests
{
    [Theory] // RFC 7541, appendix C.4 and C.6
    [InlineData("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff")]
    [InlineData("no-cache", "a8eb10649cbf")]
    [InlineData("custom-key", "25a849e95ba97d7f")]
    [InlineData("custom-value", "25a849e95bb8e8b4bf")]
    [InlineData("302", "6402")]
    [InlineData("private", "aec3771a4b")]
    [InlineData("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff")]
    [InlineData("https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3")]
    [InlineData("307", "640eff")]
    [InlineData("gzip", "9bd9ab")]
    [InlineData(
        "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
    )]
    public void TryDecode_StringsOfTheRfc_AreThose(string text, string encoded)
    {
        var destination = new byte[100];

        Assert.True(Huffman.TryDecode(Convert.FromHexString(encoded), destination, out var length));
        Assert.Equal(text, Encoding.ASCII.GetString(destination.AsSpan(0, length)));
    }

    [Fact]
    public void TryDecode_EachByteAtEachPlace_IsThatByte()
    {
        for (var symbol = 0; symbol < 256; symbol++)
        {
            for (var before = 0; before < 9; before++)
            {
                byte[] text = [.. Enumerable.Repeat((byte)'a', before), (byte)symbol, (byte)'z'];
                var destination = new byte[text.Length];

                Assert.True(Huffman.TryDecode(HuffmanCode.Encode(text), destination, out var length));
                Assert.Equal(text.Length, length);
                Assert.Equal(text, destination);
            }
        }
    }

    [Theory]
    [InlineData("ffffffff")] // the end-of-string symbol
    [InlineData("f1e3c2e5f23a6ba0ab90f4ffff")] // more than 7 bits of padding
    [InlineData("ff")] // only padding, of 8 bits
    [InlineData("f1e3c2e5f23a6ba0ab90f4fe")] // padding with a zero
    [InlineData("fffffe")] // a code that stops half-way
    public void TryDecode_BrokenString_IsFalse(string encoded) =>
        Assert.False(Huffman.TryDecode(Convert.FromHexString(encoded), [], out _));

    [Fact]
    public void TryDecode_ShortDestination_GivesTheWholeLength()
    {
        var destination = new byte[3];

        Assert.True(Huffman.TryDecode(HuffmanCode.Encode("www.example.com"u8), destination, out var length));
        Assert.Equal(15, length);
        Assert.Equal("www"u8, destination);
    }

    [Fact]
    public void TryDecode_AnyBytes_AgreesWithTheDecoderOfBits()
    {
        var random = new Random(7541);
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0 && bytes.Length > 0)
                bytes[^1] |= (byte)((1 << random.Next(8)) - 1);
            byte[]? expected;
            try
            {
                expected = HuffmanCode.Decode(bytes);
            }
            catch (InvalidDataException)
            {
                expected = null;
            }
            var destination = new byte[32];

            var valid = Huffman.TryDecode(bytes, destination, out var length);

            Assert.Equal(expected is not null, valid);
            if (valid)
                Assert.Equal(expected, destination[..length]);
        }
    }
}
