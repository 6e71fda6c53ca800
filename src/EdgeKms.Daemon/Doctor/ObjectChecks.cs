using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Admin;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The stored objects, as the last scan counted them.</summary>
internal static class ObjectChecks
{
    private const string Scan = "edgekms scan";

    internal static readonly Check Readable = new(
        "EK-OBJ-001",
        "no object of the last scan is under a key that the ring doesn't have",
        "The API server can't read such an object, nor list its resource, and no re-encryption moves it. An older or another "
            + "ring serves, or the key was destroyed: only a backup that has the key brings the object back. Don't delete "
            + "such objects, and remove no backup.",
        CanStop: true,
        CanLose: true,
        AreReadable
    );

    private static Finding AreReadable(Machine machine)
    {
        if (machine.Header is not { } header)
            return Readable.Skip(Machine.NoRing);
        var (objects, scan) = machine.Daemon is { } daemon ? (daemon.Objects, daemon.LastScan) : Kept(machine, header);
        if (scan is null)
            return Readable.Skip($"no scan of this ring was told: run \"{Scan}\"");
        var at = UtcText.Format(scan.At.ToUniversalTime());
        if (objects is null)
            return Readable.Skip($"the scan of {at} says nothing of single keys: run \"{Scan}\"");
        if (objects.Unreadable == 0)
            return Readable.Pass(Invariant($"the ring has the key of every object that the scan of {at} counted"));
        var keys = string.Join(", ", objects.UnreadableKeys);
        var text = Invariant(
            $"{objects.Unreadable} objects were under a key that the ring doesn't have at {at}: unreadable: {keys}"
        );
        var next = machine.Verdict.Case == RingCase.Unreadable ? machine.Next : null;
        return Readable.Fail(text, next ?? "edgekms restore --verify FILE", stops: true, loses: true);
    }

    /// <summary>Without a daemon: what it kept, compared with the ring's header.</summary>
    private static (ObjectsReport?, LastScanReport?) Kept(Machine machine, RingHeader header) =>
        new LastScanFile(machine.Settings.StateDirectory).TryRead() is { } scan && scan.RingId == header.Id.Text
            ? (ObjectReports.Of(scan, header), scan)
            : (null, null);
}
