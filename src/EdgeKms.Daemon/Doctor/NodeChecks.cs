using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The node token: the way in of the unattended start.</summary>
internal static class NodeChecks
{
    /// <summary>A change of the ring stages its token for less than this.</summary>
    private static readonly TimeSpan ChangeTakes = TimeSpan.FromSeconds(30);

    internal static readonly Check Token = new(
        "EK-NODE-001",
        "the node token is present, private and opens the ring",
        "Without it edgekmsd starts sealed: it answers kube-apiserver with an error until an administrator repairs it.",
        CanStop: true,
        CanLose: true,
        DoesOpen
    );

    internal static readonly Check Age = new(
        "EK-NODE-002",
        "the node token is not older than two rotation periods",
        "Each change of the ring makes a new token, so that an old copy of the disk opens nothing new.",
        CanStop: false,
        CanLose: false,
        IsYoung
    );

    internal static readonly Check Successor = new(
        "EK-NODE-003",
        "no interrupted change has left a successor of the node token",
        "A power cut fell into a change of the ring. Old or new generation, one of the two tokens opens it, and the next "
            + "change tidies up.",
        CanStop: false,
        CanLose: false,
        IsAbsent
    );

    private static Finding DoesOpen(Machine machine)
    {
        if (machine.Header is not { } header)
            return Token.Skip(Machine.NoRing);
        if (machine.TokenProblem is { } problem)
        {
            // Without an administrator's slot nothing else opens the ring.
            var isOnlyWay = header.Slots.All(s => s.Kind == SlotKind.Node);
            return Token.Fail(problem.Detail!, machine.Next ?? "edgekms repair", stops: true, loses: isOnlyWay);
        }
        return Token.Pass($"the node token {machine.Settings.NodeTokenFile} opens the ring");
    }

    private static Finding IsYoung(Machine machine)
    {
        if (machine.Header is not { } header)
            return Age.Skip(Machine.NoRing);
        if (header.Slots.LastOrDefault(s => s.Kind == SlotKind.Node) is not { } slot)
            return Age.Skip("the ring has no node slot: see EK-NODE-001");
        var since = UtcText.Format(slot.Created);
        return machine.Now - slot.Created > 2 * machine.Settings.RotationPeriod
            ? Age.Warn($"the node token is of {since}", "edgekms rotate")
            : Age.Pass($"the node token is of {since}");
    }

    private static Finding IsAbsent(Machine machine)
    {
        var next = machine.Settings.NodeTokenFile + ".next";
        if (FileStatus.Of(next) is null)
            return Successor.Pass($"there is no {next}");
        if ((machine.Now - File.GetLastWriteTimeUtc(next)).Duration() < ChangeTakes)
            return Successor.Pass($"{next} is being made: a change of the ring is under way");
        if (machine.Header is null)
            return Successor.Warn($"there is {next}", "edgekms repair");
        // Repair promotes a successor that alone opens the ring; one that opens nothing goes with the next change.
        return Successor.Warn($"there is {next}", OpensByItself(machine) ? "edgekms rotate" : "edgekms repair");
    }

    private static bool OpensByItself(Machine machine)
    {
        var token = machine.Settings.NodeTokenFile;
        try
        {
            var directory = new LinuxDirectory(Path.GetDirectoryName(token)!);
            using var key = RingUnlock.ByToken(machine.Header!, directory, Path.GetFileName(token));
            return true;
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }
}
