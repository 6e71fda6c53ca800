using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using static System.FormattableString;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>What a checkpoint says against a generation.</summary>
/// <param name="Code">CheckpointOtherRing, RingRolledBack, or RingDamaged (another file of the same number).</param>
/// <param name="Text">In words, without paths.</param>
public sealed record Contradiction(ErrorCode Code, string Text)
{
    /// <summary>Null when the two go together. Whether the checkpoint is authentic is not asked here.</summary>
    /// <param name="newest">The newest generation.</param>
    /// <param name="digest">SHA-256 of its file (32 bytes).</param>
    /// <param name="mark">The checkpoint; null says nothing.</param>
    public static Contradiction? Of(RingHeader newest, ReadOnlySpan<byte> digest, Checkpoint? mark)
    {
        if (mark is null)
            return null;
        if (mark.Ring != newest.Id)
        {
            return new(
                ErrorCode.CheckpointOtherRing,
                $"the checkpoint is that of the ring {mark.Ring}, not of {newest.Id}"
            );
        }
        if (newest.Generation < mark.Generation)
        {
            return new(
                ErrorCode.RingRolledBack,
                Invariant($"the newest generation is {newest.Generation}, but this machine has used {mark.Generation}")
            );
        }
        return newest.Generation > mark.Generation || mark.Digest.AsSpan().SequenceEqual(digest)
            ? null
            : new(
                ErrorCode.RingDamaged,
                Invariant($"generation {newest.Generation} is damaged, or another file than the one that was used")
            );
    }
}
