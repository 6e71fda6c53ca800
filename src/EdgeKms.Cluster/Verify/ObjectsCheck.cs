namespace EdgeKms.Cluster.Verify;

/// <summary><c>readable-objects</c>: no object of the last scan is under a key that the ring doesn't have.</summary>
internal static class ObjectsCheck
{
    internal const string Name = "readable-objects";

    internal static CheckLine Of(ProviderState daemon) =>
        daemon.Objects switch
        {
            null => CheckLine.Skipped(
                Name,
                "edgekmsd was told of no scan that counts this ring's keys: run \"edgekms scan\""
            ),
            { Unreadable: 0 } => CheckLine.Ok(
                Name,
                "the key ring has the key of every object of its provider in the last scan"
            ),
            var objects => CheckLine.Failed(
                Name,
                $"{objects.Unreadable} stored objects are under a key that the key ring doesn't have: unreadable",
                $"an older or another key ring serves, or the key was destroyed: {string.Join(", ", objects.UnreadableKeys)}",
                "edgekms restore --verify FILE, with each backup of the key ring, until one lists the key"
            ),
        };
}
