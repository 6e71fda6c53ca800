namespace EdgeKms.Cluster.Reencrypt;

/// <summary>A page whose objects are being written, several at once.</summary>
/// <param name="page">Its objects; at least one.</param>
internal sealed class PageWork(MetadataPage page)
{
    private readonly int[] _outcomes = new int[4];
    private int _left = page.Objects.Count;

    internal bool IsDone => Volatile.Read(ref _left) == 0;

    internal string LastPosition => page.Objects[^1].Position;

    internal long? Remaining => page.Remaining;

    internal void Note(RewriteOutcome outcome)
    {
        Interlocked.Increment(ref _outcomes[(int)outcome]);
        Interlocked.Decrement(ref _left);
    }

    internal RewriteCount Count() =>
        new(
            page.Objects.Count,
            _outcomes[(int)RewriteOutcome.Rewritten],
            _outcomes[(int)RewriteOutcome.Fresh],
            _outcomes[(int)RewriteOutcome.Gone],
            _outcomes[(int)RewriteOutcome.Refused]
        );
}
