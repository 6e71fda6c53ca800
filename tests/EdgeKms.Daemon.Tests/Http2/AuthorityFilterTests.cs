using EdgeKms.Daemon.Http2;
using EdgeKms.Daemon.Tests.Http2.Wire;

namespace EdgeKms.Daemon.Tests.Http2;

public sealed class AuthorityFilterTests
{
    private readonly Random _random = new(9113);

    /// <summary>Method, scheme, path, and the authority as a raw literal with indexing.</summary>
    private static byte[] Request(string authority) =>
        [0x83, 0x86, 0x84, 0x41, (byte)authority.Length, .. authority.Select(c => (byte)c)];

    private static ClientFrames Start() => new ClientFrames().Preface().Frame(ClientFrames.Settings, 0, 0);

    [Fact]
    public void Block_WithPaddingAndPriority_IsOneFrameWithItsPriority()
    {
        byte[] payload = [3, 0x80, 0, 0, 7, 200, .. Request("@kms"), 0, 0, 0];
        const byte flags =
            ClientFrames.EndHeaders | ClientFrames.EndStream | ClientFrames.IsPadded | ClientFrames.HasPriority;
        var sent = Start().Frame(ClientFrames.Headers, flags, 1, payload).Take();

        var expected = Start()
            .Frame(
                ClientFrames.Headers,
                ClientFrames.EndHeaders | ClientFrames.EndStream | ClientFrames.HasPriority,
                1,
                [0x80, 0, 0, 7, 200, .. Request("-kms")]
            )
            .Take();
        Assert.Equal(expected, Filtered.Whole(sent));
    }

    [Fact]
    public void Block_CutIntoContinuations_IsReadAsOne()
    {
        var block = Request("/run/kms.sock");
        var sent = Start().Frame(ClientFrames.Headers, ClientFrames.EndStream, 1, block.AsSpan(0, 6));
        sent.Frame(ClientFrames.Continuation, 0, 1).Frame(ClientFrames.Continuation, 0, 1, block.AsSpan(6, 1));
        sent.Frame(ClientFrames.Continuation, ClientFrames.EndHeaders, 1, block.AsSpan(7));

        var expected = Start().Block(1, Request("-run-kms.sock")).Take();
        Assert.Equal(expected, Filtered.Whole(sent.Take()));
    }

    [Fact]
    public void Block_LongerThanAFrameWhenRewritten_IsHeadersAndContinuation()
    {
        // 9,000 times a symbol of 13 bits takes 14,625 bytes; 19,000 of 6 bits take 14,250 and 19,000 when they are written raw.
        var text = HuffmanCode.Encode([.. Enumerable.Repeat((byte)'/', 19_000)]);
        var block = new List<byte> { 0x83, 0x86, 0x84, 0x01 };
        HpackEncoder.Number(block, 0x80, 7, text.Length);
        block.AddRange(text);
        Assert.InRange(block.Count, 1, 16_384);

        var received = Filtered.Whole(Start().Block(1, [.. block]).Take());

        var (parts, length) = Received.Parse(received);
        Assert.Equal(received.Length, length);
        Assert.Equal(new string('-', 19_000), parts[1].Fields!.Single(f => f.Name == ":authority").Value);
        Assert.Equal(2, Count(received, ClientFrames.Headers) + Count(received, ClientFrames.Continuation));
    }

    [Fact]
    public void Connection_OfAFineAuthority_IsNotTouchedLater()
    {
        var sent = Start().Block(1, Request("localhost")).Block(3, Request("@kms")).Take();

        Assert.Equal(sent, Filtered.Whole(sent));
    }

    [Theory]
    [InlineData("PRI * HTTP/1.1\r\n\r\n")]
    [InlineData("GET /run HTTP/1.1\r\nhost: @kms\r\n\r\n")]
    [InlineData("P")]
    [InlineData("")]
    public void Connection_OfAnotherProtocol_IsLeftAlone(string text)
    {
        byte[] sent = [.. text.Select(c => (byte)c)];

        Assert.Equal(sent, Filtered.Through(sent, () => 1));
    }

    public static TheoryData<string, byte[]> BrokenFrames =>
        new()
        {
            { "a frame between a block's frames", Open().Frame(ClientFrames.Ping, 0, 0, new byte[8]).Take() },
            { "a block inside a block", Open().Block(5, [0x82]).Take() },
            {
                "continuation of another stream",
                Open().Frame(ClientFrames.Continuation, ClientFrames.EndHeaders, 5).Take()
            },
            {
                "continuation of nothing",
                new ClientFrames().Frame(ClientFrames.Continuation, ClientFrames.EndHeaders, 3).Take()
            },
            { "stream 0", new ClientFrames().Block(0, [0x82]).Take() },
            { "padding as long as the frame", Padded(3, 0, 0).Take() },
            { "padding flag, no payload", Padded().Take() },
            { "priority flag, no priority", new ClientFrames().Block(3, [1, 2, 3], ClientFrames.HasPriority).Take() },
            { "a frame of 16,385 bytes", new ClientFrames().Frame(ClientFrames.Data, 0, 1, new byte[16_385]).Take() },
            { "a block of 16,385 bytes", Continued(1, 16_385) },
            { "HPACK", new ClientFrames().Block(3, [0x80]).Take() },
            { "65 frames", Continued(65, 100) },
            { "65,537 bytes", Continued(5, AuthorityFilter.MaxBlock + 1 - 5 * 9) },
        };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public void Connection_ThatBreaksTheProtocol_IsLeftToKestrelFromThereOn(string what, byte[] broken)
    {
        Assert.NotEmpty(what);
        var later = new ClientFrames().Block(7, Request("@kms")).Take();
        byte[] sent = [.. Start().Block(1, Request("@kms")).Take(), .. broken, .. later];
        byte[] expected = [.. Start().Block(1, Request("-kms")).Take(), .. broken, .. later];

        Assert.Equal(expected, Filtered.Whole(sent));
        Assert.Equal(expected, Filtered.Through(sent, () => _random.Next(1, 50)));
    }

    [Theory]
    [InlineData(1, 16_384)]
    [InlineData(64, 100)]
    [InlineData(5, AuthorityFilter.MaxBlock - 5 * 9)]
    public void Block_AsLargeAsTheLimits_IsChanged(int frames, int size)
    {
        var received = Filtered.Whole([.. Start().Take(), .. Continued(frames, size)]);

        var (parts, length) = Received.Parse(received);
        Assert.Equal(received.Length, length);
        Assert.Contains((":authority", "-kms"), parts[1].Fields!);
    }

    [Fact]
    public void Connection_ThatEndsInAFrame_IsHandedOnToItsEnd()
    {
        foreach (var authority in new[] { "@kms", "localhost" })
        {
            var sent = Start().Block(1, Request(authority)).Frame(ClientFrames.Data, 0, 1, new byte[20]).Take();
            var whole = Filtered.Whole(sent);
            for (var length = 0; length < sent.Length; length++)
            {
                var received = Filtered.Whole(sent[..length]);
                Assert.Equal(length, received.Length);
                if (length >= 62)
                    Assert.Equal(whole[..length], received);
            }
        }
    }

    [Fact]
    public void Connection_CutAtAnyByte_IsTheSame()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var sent = new RandomTraffic(random).Connection(RandomTraffic.Authorities[seed % 5], 12);
            var whole = Filtered.Whole(sent);
            Assert.Equal(whole, Filtered.Through(sent, () => 1));
            Assert.Equal(whole, Filtered.Through(sent, () => random.Next(1, 40)));
        }
    }

    [Fact]
    public void Connection_Random_HasTheSameFieldsAndAnotherAuthority()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var authority = RandomTraffic.Authorities[seed % 5];
            var sent = new RandomTraffic(new Random(seed)).Connection(authority, 60);

            var received = Filtered.Whole(sent);

            FilterModel.Check(sent, received);
            var (parts, length) = Received.Parse(received);
            Assert.Equal(received.Length, length);
            Assert.Equal(
                60,
                parts.Count(p => p.Fields?.Contains((":authority", FilterModel.Accepted(authority))) == true)
            );
        }
    }

    private static ClientFrames Open() => new ClientFrames().Frame(ClientFrames.Headers, 0, 3, 0x82);

    private static ClientFrames Padded(params byte[] payload) =>
        new ClientFrames().Frame(ClientFrames.Headers, ClientFrames.EndHeaders | ClientFrames.IsPadded, 3, payload);

    /// <summary>A request whose authority has to be changed, and which nothing but its size can stop.</summary>
    /// <param name="frames">Frames, the first one HEADERS.</param>
    /// <param name="size">Bytes of the block.</param>
    private static byte[] Continued(int frames, int size)
    {
        var block = Request("@kms").ToList();
        while ((size - block.Count) % 4 != 0)
            block.AddRange([0, 1, (byte)'a', 1, (byte)'b']);
        while (block.Count < size)
            block.AddRange([0, 1, (byte)'a', 0]);
        var part = (size + frames - 1) / frames;
        var sent = new ClientFrames();
        for (var i = 0; i < frames; i++)
        {
            var at = Math.Min(i * part, size);
            sent.Frame(
                i == 0 ? ClientFrames.Headers : ClientFrames.Continuation,
                i == frames - 1 ? ClientFrames.EndHeaders : (byte)0,
                3,
                [.. block[at..Math.Min(at + part, size)]]
            );
        }
        return sent.Take();
    }

    private static int Count(byte[] bytes, byte type)
    {
        var count = 0;
        for (var at = 24; at < bytes.Length; at += 9 + (bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]))
            count += bytes[at + 3] == type ? 1 : 0;
        return count;
    }
}
