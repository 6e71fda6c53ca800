using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using EdgeKms.Daemon.Http2;
using EdgeKms.Daemon.Tests.Http2.Wire;

namespace EdgeKms.Daemon.Tests.Http2;

public sealed class AuthorityReaderTests
{
    private readonly Pipe _pipe = new();
    private readonly AuthorityReader _reader;
    private int _exchanged;

    public AuthorityReaderTests() => _reader = new AuthorityReader(_pipe.Reader, () => _exchanged++);

    private static byte[] Start(string authority) =>
        new ClientFrames()
            .Preface()
            .Frame(ClientFrames.Settings, 0, 0)
            .Block(1, [0x83, 0x86, 0x84, 0x41, (byte)authority.Length, .. authority.Select(c => (byte)c)])
            .Take();

    [Fact]
    public async Task ReadAsync_FineAuthority_ShowsTheConnectionsOwnMemory()
    {
        var sent = Start("localhost");
        var memory = _pipe.Writer.GetMemory(4096);
        sent.CopyTo(memory);
        _pipe.Writer.Advance(sent.Length);
        await _pipe.Writer.FlushAsync();

        var result = await _reader.ReadAsync();

        Assert.True(MemoryMarshal.TryGetArray<byte>(memory, out var written));
        Assert.True(MemoryMarshal.TryGetArray(result.Buffer.First, out var shown));
        Assert.Same(written.Array, shown.Array);
        Assert.Equal(sent, result.Buffer.ToArray());
        Assert.Equal(0, _exchanged);
    }

    [Fact]
    public async Task ReadAsync_BeforeTheFirstRequest_ShowsWhatKestrelMustAnswer()
    {
        var sent = Start("@kms");
        await _pipe.Writer.WriteAsync(sent.AsMemory(0, 35)); // the preface, SETTINGS, and 2 bytes of HEADERS

        var result = await _reader.ReadAsync();

        Assert.Equal(sent[..33], result.Buffer.ToArray());
        _reader.AdvanceTo(result.Buffer.End);
        var next = _reader.ReadAsync().AsTask();
        Assert.False(next.IsCompleted);
        await _pipe.Writer.WriteAsync(sent.AsMemory(35));
        result = await next;
        Assert.Equal(Start("-kms")[33..], result.Buffer.ToArray());
        Assert.Equal(1, _exchanged);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("@kms")]
    public async Task AdvanceTo_PartOfWhatWasShown_ShowsTheRestAgain(string authority)
    {
        byte[] sent = [.. Start(authority), .. new ClientFrames().Frame(ClientFrames.Ping, 0, 0, new byte[8]).Take()];
        var expected = Filtered.Whole(sent);
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var pipe = new Pipe();
            var reader = new AuthorityReader(pipe.Reader, () => { });
            var got = new List<byte>();
            var at = 0;
            var wanted = 1L;
            while (got.Count < expected.Length)
            {
                // Like a parser: it wants a number of bytes, and says that it has seen all when there are fewer.
                if (!reader.TryRead(out var result) || result.Buffer.Length < wanted)
                {
                    if (!result.Buffer.IsEmpty)
                    {
                        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                        // Nothing new: it would be shown the same for ever.
                        Assert.False(at < sent.Length && reader.TryRead(out _));
                    }
                    if (at == sent.Length)
                    {
                        wanted = 1;
                        await pipe.Writer.CompleteAsync();
                        continue;
                    }
                    var size = Math.Min(random.Next(1, 30), sent.Length - at);
                    await pipe.Writer.WriteAsync(sent.AsMemory(at, size));
                    at += size;
                    continue;
                }
                var take = random.NextInt64(1, result.Buffer.Length + 1);
                got.AddRange(result.Buffer.Slice(0, take).ToArray());
                reader.AdvanceTo(result.Buffer.GetPosition(take));
                wanted = random.Next(1, 20);
            }
            Assert.Equal(expected, got);
        }
    }

    [Theory]
    [InlineData(0, "@kms")]
    [InlineData(40, "@kms")]
    [InlineData(60, "@kms")]
    [InlineData(40, "localhost")]
    [InlineData(60, "localhost")]
    public async Task CancelPendingRead_WhileItWaits_EndsTheRead(int bytes, string authority)
    {
        await _pipe.Writer.WriteAsync(Start(authority).AsMemory(0, Math.Min(bytes, Start(authority).Length)));
        while (_reader.TryRead(out var read))
            _reader.AdvanceTo(read.Buffer.End);
        var waiting = _reader.ReadAsync().AsTask();
        Assert.False(waiting.IsCompleted);

        _reader.CancelPendingRead();

        var result = await waiting;
        Assert.True(result.IsCanceled);
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await _pipe.Writer.CompleteAsync();
        Assert.True((await _reader.ReadAsync()).IsCompleted);
    }

    [Fact]
    public async Task ReadAsync_InputFails_FailsTheSame()
    {
        await _pipe.Writer.CompleteAsync(new IOException("reset"));

        await Assert.ThrowsAsync<IOException>(async () => await _reader.ReadAsync());
    }
}
