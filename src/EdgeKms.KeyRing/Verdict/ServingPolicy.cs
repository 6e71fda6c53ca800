using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>What a daemon does with the ring on disk.</summary>
public enum TakeOver
{
    /// <summary>It is the one that serves.</summary>
    Same,

    /// <summary>It takes the place of the one that serves, once it is opened and tested.</summary>
    Take,

    /// <summary>Another ring: kept off, since memory may have the only copy of the one that serves.</summary>
    RefuseOtherRing,

    /// <summary>An older generation.</summary>
    RefuseOlder,

    /// <summary>A later generation without the key that was announced last.</summary>
    RefuseLacking,
}

/// <summary>What the daemon may serve and announce.</summary>
public static class ServingPolicy
{
    /// <param name="serving">What serves now; null at the start.</param>
    /// <param name="loaded">The newest generation on disk.</param>
    /// <param name="digest">SHA-256 of its file (32 bytes).</param>
    /// <param name="isChosen">True where an administrator's credential brought that ring here (restore): it is taken whatever serves.</param>
    public static TakeOver Of(HeldRing? serving, RingHeader loaded, ReadOnlySpan<byte> digest, bool isChosen)
    {
        if (serving is not { Header: var header })
            return TakeOver.Take;
        if (digest.SequenceEqual(serving.Digest))
            return TakeOver.Same;
        if (isChosen)
            return TakeOver.Take;
        if (loaded.Id != header.Id)
            return TakeOver.RefuseOtherRing;
        if (loaded.Generation <= header.Generation)
            return TakeOver.RefuseOlder;
        return BackupChoice.Has(loaded, header.Active.Id) ? TakeOver.Take : TakeOver.RefuseLacking;
    }

    /// <summary>True where a crash or a full disk fell between a generation's commit and its checkpoint.</summary>
    public static bool IsMarkBehind(RingHeader loaded, RingFile.Checkpoint mark) => mark.Generation < loaded.Generation;

    /// <summary>
    /// Whether the key of a new generation may be announced. The checkpoint names it first, or a repair could fall behind that key
    /// without noticing. The one exception: a daemon that serves nothing yet takes what is on disk, since without it nothing could be
    /// read (docs/architecture/failure-modes.md).
    /// </summary>
    /// <param name="isMarked">True once the checkpoint names the generation.</param>
    /// <param name="servesAnother">True where a generation before it serves.</param>
    public static bool MayAnnounce(bool isMarked, bool servesAnother) => isMarked || !servesAnother;

    /// <summary>
    /// The KEK of an Encrypt: the one that Status announced last, because kube-apiserver throws a seed away whose key id isn't that of
    /// the Status before. It may be retired by now; it is in the ring until an administrator destroys it.
    /// </summary>
    public static KekEntry EncryptsWith(KekRing ring, KekEntry? announced) =>
        announced is not null && ring.Locate(announced.Id.Text) >= 0 ? announced : ring.Active;

    /// <summary>
    /// Why a ring without a whole checkpoint is not served at the start; null where it is. Backups alone don't stop a start: one may
    /// be of a change that was stopped before its commit. They stop the next change (RingWriter).
    /// </summary>
    public static string? RefuseUnmarked(RingHeader loaded, Audit.AuditFacts? audit) =>
        Evidence.InTheLog(loaded, audit);
}
