using EdgeKms.KeyRing.Failures;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>Everything that is on disk of a ring, good or not; for repair, restore and doctor.</summary>
/// <param name="Generations">Newest first.</param>
/// <param name="CheckpointFile">The checkpoint's bytes; null when there is none.</param>
/// <param name="Checkpoint">As parsed, not authenticated; null when there is none or it is damaged.</param>
public sealed record RingSurvey(
    IReadOnlyList<RingSurvey.Generation> Generations,
    byte[]? CheckpointFile,
    Checkpoint? Checkpoint
)
{
    /// <summary>Highest number of a file, good or not; 0 when there is none.</summary>
    public int Highest => Generations is [var newest, ..] ? newest.Number : 0;

    /// <summary>One file.</summary>
    /// <param name="Number">From its name.</param>
    /// <param name="Ring">As parsed, not authenticated; null when <paramref name="Problem"/> says why not.</param>
    /// <param name="Problem">RingDamaged, RingLimit, RingUnsupportedVersion, NotPrivate, or I/O.</param>
    public sealed record Generation(int Number, SealedRing? Ring, EdgeKmsException? Problem);
}
