using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>A client that sends its frames in random forms and pieces, and several calls at once.</summary>
/// <param name="stream">Connected.</param>
/// <param name="content">Decides what is sent.</param>
/// <param name="form">Decides how.</param>
internal sealed class RawClient(NetworkStream stream, Random content, Random form) : IAsyncDisposable
{
    private const byte GoAwayType = 7;

    private readonly HpackEncoder _encoder = new(form);
    private uint _next = 1;
    private bool _begun;

    /// <summary>The answers in the order of the calls; "reset" for a stream that was reset.</summary>
    internal async Task<IReadOnlyList<string>> Call(string? authority, int calls)
    {
        var answers = new List<string>();
        while (answers.Count < calls)
            answers.AddRange(await Batch(authority, Math.Min(calls - answers.Count, content.Next(1, 8))));
        return answers;
    }

    internal async Task Send(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; )
        {
            var part = Math.Min(bytes.Length - at, form.Next(3) == 0 ? form.Next(1, 40) : bytes.Length);
            await stream.WriteAsync(bytes.AsMemory(at, part));
            at += part;
        }
    }

    /// <summary>The error code of the server's GOAWAY.</summary>
    internal async Task<uint> GoAway()
    {
        while (true)
        {
            var (type, _, _, payload) = await Receive();
            if (type == GoAwayType)
                return BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4));
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<IEnumerable<string>> Batch(string? authority, int calls)
    {
        var frames = new ClientFrames();
        if (!_begun) // a window that no test fills
            frames
                .Preface()
                .Frame(ClientFrames.Settings, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff)
                .Frame(ClientFrames.WindowUpdate, 0, 0, 0x7f, 0, 0, 0);
        _begun = true;
        var open = new List<uint>();
        var answers = new SortedDictionary<uint, StringBuilder>();
        for (var i = 0; i < calls; i++, _next += 2)
        {
            answers[_next] = new StringBuilder();
            frames.Block(_next, _encoder.Encode(RandomTraffic.Fields(content, authority)), 0, form);
            open.Add(_next);
            if (content.Next(2) == 0)
                frames.Frame(ClientFrames.Data, 0, open[content.Next(open.Count)], new byte[content.Next(100)]);
        }
        foreach (var id in open)
            frames.Frame(ClientFrames.Data, ClientFrames.EndStream, id, new byte[content.Next(100)]);
        await Send(frames.Take());
        while (open.Count > 0)
        {
            var (type, flags, id, payload) = await Receive();
            if (type == ClientFrames.Data)
                answers[id].Append(Encoding.Latin1.GetString(payload));
            if (type == ClientFrames.ResetStream)
                answers[id].Append("reset");
            if (type == GoAwayType)
                throw new IOException($"the server went away: {Convert.ToHexString(payload)}");
            if (
                type == ClientFrames.ResetStream
                || type is ClientFrames.Data or ClientFrames.Headers && (flags & ClientFrames.EndStream) != 0
            )
                open.Remove(id);
        }
        return answers.Values.Select(a => a.ToString());
    }

    private async Task<(byte Type, byte Flags, uint Stream, byte[] Payload)> Receive()
    {
        var header = new byte[9];
        await stream.ReadExactlyAsync(header);
        var payload = new byte[header[0] << 16 | header[1] << 8 | header[2]];
        await stream.ReadExactlyAsync(payload);
        return (header[3], header[4], BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(5)), payload);
    }
}
