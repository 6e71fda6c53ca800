using System.Buffers;
using System.IO.Pipelines;

namespace EdgeKms.Daemon.Http2;

/// <summary>
/// What Kestrel reads of a client instead of the connection's own input. The first request decides: where Kestrel takes its
/// <c>:authority</c>, the connection's input is handed through from then on, and nothing was copied. Else everything goes through
/// <see cref="AuthorityFilter"/> and one buffer until the connection ends. A client has one authority for the life of a connection
/// (grpc-go: of a <c>ClientConn</c>).
/// </summary>
/// <param name="inner">The connection's own input.</param>
/// <param name="exchanged">Is called at the first request, where its authority had to be exchanged.</param>
internal sealed class AuthorityReader(PipeReader inner, Action exchanged) : PipeReader
{
    private State _state = State.Watching;
    private AuthorityFilter? _filter = new();

    /// <summary>What was shown last, and how many bytes of it Kestrel left that it has seen.</summary>
    private ReadOnlySequence<byte> _shown;
    private long _seen;

    /// <summary>Watching: how many of the input's unconsumed bytes are frames before the first request.</summary>
    private long _ahead;

    // Rewriting: what Kestrel reads, and how much of it is consumed.
    private readonly ArrayBufferWriter<byte> _output = new();
    private int _consumed;

    private enum State
    {
        Watching,
        Aside,
        Rewriting,
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _state == State.Aside ? inner.ReadAsync(cancellationToken) : FilterAsync(cancellationToken);

    public override bool TryRead(out ReadResult result)
    {
        if (_state == State.Aside)
            return inner.TryRead(out result);
        if (TryShowRest(out result))
            return true;
        while (inner.TryRead(out var read))
        {
            if (TryShow(read, out result))
                return true;
        }
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_state == State.Aside)
        {
            inner.AdvanceTo(consumed, examined);
            return;
        }
        var length = _shown.Slice(0, consumed).Length;
        _seen = _shown.Slice(0, examined).Length - length;
        if (_state == State.Rewriting)
        {
            _consumed += (int)length;
            return;
        }
        _ahead -= length;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> FilterAsync(CancellationToken stop)
    {
        if (TryShowRest(out var result))
            return result;
        while (!TryShow(await inner.ReadAsync(stop), out result)) { }
        return result;
    }

    /// <summary>What was rewritten and Kestrel has not seen yet.</summary>
    private bool TryShowRest(out ReadResult result)
    {
        result = default;
        if (_state != State.Rewriting || _output.WrittenCount - _consumed <= _seen)
            return false;
        _shown = new ReadOnlySequence<byte>(_output.WrittenMemory[_consumed..]);
        result = new ReadResult(_shown, isCanceled: false, isCompleted: false);
        return true;
    }

    /// <summary>False where there is nothing new to show; <paramref name="read"/> was given back then.</summary>
    private bool TryShow(ReadResult read, out ReadResult result)
    {
        if (_state == State.Rewriting)
            return TryShowRewritten(read, 0, out result);

        var input = read.Buffer;
        FilterStep step;
        int length;
        while ((step = _filter!.Next(input.Slice(_ahead), out length)) == FilterStep.Pass)
            _ahead += length;
        if (step == FilterStep.Wait && !read.IsCompleted)
            return TryShowAhead(read, out result);
        if (step != FilterStep.Replace)
        {
            (_state, _filter) = (State.Aside, null);
            result = read;
            return true;
        }
        _state = State.Rewriting;
        exchanged();
        Copy(input.Slice(0, _ahead));
        _output.Write(_filter.Replacement);
        return TryShowRewritten(read, _ahead + length, out result);
    }

    private bool TryShowAhead(ReadResult read, out ReadResult result)
    {
        _shown = read.Buffer.Slice(0, _ahead);
        result = new ReadResult(_shown, read.IsCanceled, isCompleted: false);
        if (read.IsCanceled || _ahead > _seen)
            return true;
        inner.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return false;
    }

    private bool TryShowRewritten(ReadResult read, long at, out ReadResult result)
    {
        DropConsumed();
        at = Rewrite(read.Buffer, at);
        if (read.IsCompleted) // in the middle of a frame
        {
            Copy(read.Buffer.Slice(at));
            at = read.Buffer.Length;
        }
        inner.AdvanceTo(read.Buffer.GetPosition(at), read.Buffer.End);
        _shown = new ReadOnlySequence<byte>(_output.WrittenMemory);
        result = new ReadResult(_shown, read.IsCanceled, read.IsCompleted);
        return read.IsCanceled || read.IsCompleted || _shown.Length > _seen;
    }

    /// <summary>Puts out the frames that are complete; returns where they end.</summary>
    private long Rewrite(in ReadOnlySequence<byte> input, long at)
    {
        while (_filter is not null)
        {
            var rest = input.Slice(at);
            switch (_filter.Next(rest, out var length))
            {
                case FilterStep.Wait:
                    return at;
                case FilterStep.Broken:
                    _filter = null;
                    break;
                case FilterStep.Replace:
                    _output.Write(_filter.Replacement);
                    break;
                default:
                    Copy(rest.Slice(0, length));
                    break;
            }
            at += length;
        }
        Copy(input.Slice(at));
        return input.Length;
    }

    private void DropConsumed()
    {
        if (_consumed == 0)
            return;
        var rest = _output.WrittenSpan[_consumed..].ToArray(); // empty: Kestrel consumes what it reads
        _output.ResetWrittenCount();
        _output.Write(rest);
        _consumed = 0;
    }

    private void Copy(in ReadOnlySequence<byte> bytes)
    {
        foreach (var part in bytes)
            _output.Write(part.Span);
    }
}
