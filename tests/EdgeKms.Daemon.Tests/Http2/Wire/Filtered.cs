using System.Buffers;
using System.IO.Pipelines;
using EdgeKms.Daemon.Http2;

namespace EdgeKms.Daemon.Tests.Http2.Wire;

/// <summary>Bytes through <see cref="AuthorityReader"/> as Kestrel reads them: all that is there, each time.</summary>
internal static class Filtered
{
    private static readonly PipeOptions Unpaused = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0,
        useSynchronizationContext: false
    );

    /// <param name="bytes">From the client.</param>
    /// <param name="size">Of each piece, at least 1.</param>
    internal static byte[] Through(byte[] bytes, Func<int> size)
    {
        var pipe = new Pipe(Unpaused);
        var reader = new AuthorityReader(pipe.Reader, () => { });
        var output = new ArrayBufferWriter<byte>(bytes.Length + 16);
        for (var at = 0; at < bytes.Length; )
        {
            var part = Math.Min(size(), bytes.Length - at);
            pipe.Writer.Write(bytes.AsSpan(at, part));
            var flushed = pipe.Writer.FlushAsync().AsTask();
            if (!flushed.IsCompletedSuccessfully)
                throw new InvalidOperationException("the pipe is full");
            at += part;
            Drain(reader, output);
        }
        pipe.Writer.Complete();
        if (!Drain(reader, output))
            throw new InvalidOperationException("the end of the input was not handed on");
        reader.Complete();
        return output.WrittenSpan.ToArray();
    }

    internal static byte[] Whole(byte[] bytes) => Through(bytes, () => int.MaxValue);

    private static bool Drain(AuthorityReader reader, ArrayBufferWriter<byte> output)
    {
        while (reader.TryRead(out var result))
        {
            foreach (var part in result.Buffer)
                output.Write(part.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return true;
        }
        return false;
    }
}
