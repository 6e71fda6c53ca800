using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.RingFile;

/// <summary>The newest generation on disk, not yet unsealed, and the checkpoint beside it.</summary>
/// <param name="Sealed">The ring file.</param>
/// <param name="CheckpointFile">The checkpoint's bytes; null when there is none.</param>
/// <param name="Checkpoint">The checkpoint as parsed; null when there is none or it is damaged.</param>
public sealed record LoadedRing(SealedRing Sealed, byte[]? CheckpointFile, Checkpoint? Checkpoint)
{
    public RingHeader Header => Sealed.Header;
}
