using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Changes;

/// <summary>Commits a change of the ring for a command.</summary>
internal static class RingChange
{
    /// <summary>Once the ring is durable the change is made, whatever comes after: the administrator hears of both.</summary>
    internal static StoredRing Commit(RingStore store, KekRing next)
    {
        var stored = store.Commit(next);
        if (!stored.CheckpointIsWhole)
        {
            Console.Error.WriteLine(
                $"edgekms: warning: generation {next.Header.Generation} is made, but the checkpoint could not be written"
            );
            Console.Error.WriteLine(
                "edgekms: hint: look whether the disk is full; the next change of the ring writes it"
            );
        }
        return stored;
    }
}
