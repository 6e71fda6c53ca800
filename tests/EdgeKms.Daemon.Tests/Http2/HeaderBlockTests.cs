using System.Buffers;
using System.Text;
using EdgeKms.Daemon.Http2;
using EdgeKms.Daemon.Tests.Http2.Wire;

namespace EdgeKms.Daemon.Tests.Http2;

public sealed class HeaderBlockTests
{
    private readonly HeaderBlock _blocks = new();
    private readonly ArrayBufferWriter<byte> _changed = new();

    [Theory] // RFC 7541, appendix C.3 and C.4: three requests on one connection
    [InlineData(
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"
    )]
    [InlineData(
        "828684418cf1e3c2e5f23a6ba0ab90f4ff",
        "828684be5886a8eb10649cbf",
        "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"
    )]
    public void TryRead_RequestsOfTheRfc_KeepTheTableOfTheRfc(string first, string second, string third)
    {
        Keeps(first, entries: 1, size: 57);
        Keeps(second, entries: 2, size: 110);
        Keeps(third, entries: 3, size: 164);
    }

    [Theory] // appendix C.5 and C.6: a table of 256 bytes, so entries are evicted
    [InlineData(
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31"
    )]
    [InlineData(
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
    )]
    public void TryRead_ResponsesOfTheRfc_EvictAsTheRfcDoes(string first, string second, string third)
    {
        Keeps("3fe101" + first, entries: 4, size: 222);
        Keeps(second, entries: 4, size: 222);
        Keeps(third, entries: 3, size: 215);
    }

    [Theory] // appendix C.1: the integers, as sizes of the table; each entry has 33 bytes
    [InlineData("2a", 0)] // 10
    [InlineData("3f9a0a", 40)] // 1,337
    public void TryRead_IntegersOfTheRfc_AreTheTablesLimit(string update, int entries)
    {
        Keeps(update, 0, 0);
        for (var i = 0; i < 60; i++)
            Assert.True(_blocks.TryRead([0x40, 1, (byte)'a', 0], _changed));

        Assert.Equal((entries, 33 * entries), (_blocks.Names.Count, _blocks.Names.Size));
    }

    [Theory] // appendix C.2
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", 1, 55)]
    [InlineData("040c2f73616d706c652f70617468", 0, 0)]
    [InlineData("100870617373776f726406736563726574", 0, 0)]
    [InlineData("82", 0, 0)]
    public void TryRead_FieldsOfTheRfc_EnterTheTableOrNot(string block, int entries, int size) =>
        Keeps(block, entries, size);

    [Theory]
    [InlineData("41", "", "%2Frun%2Fa_b.sock", "-2Frun-2Fa-b.sock")] // literal with indexing, name by index
    [InlineData("01", "", "@kms", "-kms")] // without indexing
    [InlineData("11", "", "/run/x", "-run-x")] // never indexed
    [InlineData("40", ":authority", "/run/x", "-run-x")] // name as a string
    [InlineData("41", "", "localhost:80", "localhost-80")]
    [InlineData("41", "", "\u00fc\u0001 x", "---x")]
    public void TryRead_AuthorityThatKestrelRefuses_IsChangedInItsPlace(
        string first,
        string name,
        string authority,
        string wanted
    )
    {
        foreach (var huffman in new[] { false, true })
        {
            var blocks = new HeaderBlock();
            byte[] block =
            [
                0x83,
                0x86,
                .. Convert.FromHexString(first),
                .. name.Length == 0 ? [] : Text(name, huffman),
                .. Text(authority, huffman),
                0x84,
            ];

            Assert.True(blocks.TryRead(block, _changed));

            var fields = new HpackDecoder().Decode(_changed.WrittenSpan);
            Assert.Equal([(":method", "POST"), (":scheme", "http"), (":authority", wanted), (":path", "/")], fields);
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("kms.sock")]
    [InlineData("")]
    public void TryRead_AuthorityThatKestrelTakes_ChangesNothing(string authority)
    {
        Assert.True(_blocks.TryRead([0x41, .. Text(authority, true)], _changed));
        Assert.Equal(0, _changed.WrittenCount);
    }

    [Fact]
    public void TryRead_NameOfAnEntryThatWasAnAuthority_IsAnAuthority()
    {
        Assert.True(_blocks.TryRead([0x40, .. Text(":authority", false), .. Text("localhost", false)], _changed));
        Assert.Equal(0, _changed.WrittenCount);

        Assert.True(_blocks.TryRead([0x7e, .. Text("@kms", false)], _changed)); // 62: the entry's name

        Assert.Equal("7e042d6b6d73", Convert.ToHexStringLower(_changed.WrittenSpan));
    }

    [Theory]
    [InlineData("80")] // index 0
    [InlineData("be")] // an index that is not there
    [InlineData("7e0161")] // a name that is not there
    [InlineData("4184")] // a string that ends early
    [InlineData("41")] // no string at all
    [InlineData("ffffffffff0f")] // a number that is too large
    [InlineData("ff80808080808000")] // a number that doesn't end
    [InlineData("3fe21f")] // a table of 4,097 bytes
    [InlineData("823f00")] // a size update behind a field
    [InlineData("4181ff")] // a Huffman string that is only padding
    public void TryRead_BrokenBlock_IsFalse(string block) =>
        Assert.False(_blocks.TryRead(Convert.FromHexString(block), _changed));

    [Fact]
    public void TryRead_RandomBlocks_KeepCountOfTheEntries()
    {
        var random = new Random(3);
        var encoder = new HpackEncoder(random);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(_blocks.TryRead(encoder.Encode(RandomTraffic.Fields(random, "@kms")), _changed));
            Assert.Equal(encoder.TableCount, _blocks.Names.Count);
        }
    }

    private void Keeps(string block, int entries, int size)
    {
        Assert.True(_blocks.TryRead(Convert.FromHexString(block), _changed));
        Assert.Equal(0, _changed.WrittenCount);
        Assert.Equal((entries, size), (_blocks.Names.Count, _blocks.Names.Size));
    }

    private static byte[] Text(string text, bool huffman)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (huffman)
            bytes = HuffmanCode.Encode(bytes);
        var encoded = new List<byte>();
        HpackEncoder.Number(encoded, huffman ? 0x80 : 0, 7, bytes.Length);
        return [.. encoded, .. bytes];
    }
}
