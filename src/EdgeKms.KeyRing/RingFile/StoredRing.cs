using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>An unsealed ring that is on disk.</summary>
/// <param name="Ring">The ring.</param>
/// <param name="Digest">SHA-256 of its file (32 bytes); the next generation names it.</param>
/// <param name="Seen">Last time seen, of the checkpoint (UTC, whole seconds); null when the checkpoint was missing or
/// damaged: the next change writes a new one.</param>
public sealed record StoredRing(KekRing Ring, byte[] Digest, DateTime? Seen)
{
    public bool CheckpointIsWhole => Seen is not null;

    /// <summary>Why the checkpoint of a generation that was just made could not be written; null otherwise.</summary>
    public Failures.EdgeKmsException? MarkProblem { get; init; }
}
