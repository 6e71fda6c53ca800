namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// A connection of .NET's HTTP/2 client that sends another ":authority" than its address, or none, which the client itself
/// refuses to do. It relies on what that client sends: each header block in one HEADERS frame, first the pseudo-header fields,
/// the authority as a literal without indexing (RFC 7541 section 6.2.2) and without the Huffman code, so no table changes.
/// </summary>
/// <param name="inner">The connection, which is closed with this one.</param>
/// <param name="authority">At most 16,000 bytes; <see langword="null"/> leaves the field out.</param>
public sealed class AuthorityStream(Stream inner, string? authority) : Stream
{
    private const int FrameHeader = 9;
    private const int LiteralAuthority = 0x01;

    private readonly List<byte> pending = [];
    private bool begun;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        pending.AddRange(buffer.Span);
        await inner.WriteAsync(Rewrite(), cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private byte[] Rewrite()
    {
        var output = new List<byte>(pending.Count);
        var at = 0;
        if (!begun)
        {
            const int preface = 24;
            if (pending.Count < preface)
                return [];
            output.AddRange(pending[..preface]);
            at = preface;
            begun = true;
        }
        while (pending.Count - at >= FrameHeader)
        {
            var length = pending[at] << 16 | pending[at + 1] << 8 | pending[at + 2];
            if (pending.Count - at < FrameHeader + length)
                break;
            var frame = pending[at..(at + FrameHeader + length)];
            output.AddRange(frame[3] == Http2Frame.Headers ? WithAuthority(frame) : frame);
            at += frame.Count;
        }
        pending.RemoveRange(0, at);
        return [.. output];
    }

    private List<byte> WithAuthority(List<byte> frame)
    {
        for (var at = FrameHeader; at < frame.Count; )
        {
            var first = frame[at];
            if (first >= 0x80)
            {
                at++;
                continue;
            }
            if (first is 0 or >= 0x0f)
                break; // the pseudo-header fields are over
            var end = at + 2 + frame[at + 1];
            if (first == LiteralAuthority)
            {
                var field = authority is null ? [] : new HeaderBlock().AddNamed(LiteralAuthority, authority).ToBytes();
                var length = frame.Count - FrameHeader - (end - at) + field.Length;
                byte[] size = [(byte)(length >> 16), (byte)(length >> 8 & 0xff), (byte)(length & 0xff)];
                return [.. size, .. frame[3..at], .. field, .. frame[end..]];
            }
            at = end;
        }
        return frame;
    }
}
