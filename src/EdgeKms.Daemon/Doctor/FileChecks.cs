using EdgeKms.Daemon.Repair;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>Modes and owners of the state directory.</summary>
internal static class FileChecks
{
    internal static readonly Check Modes = new(
        "EK-FILE-001",
        "state directory, ring, checkpoint and node token are private and of one owner",
        "Who can read the node token and the ring can unwrap every Secret. edgekmsd refuses such files when it starts.",
        CanStop: true,
        CanLose: false,
        ArePrivate
    );

    private static Finding ArePrivate(Machine machine)
    {
        var state = machine.Settings.StateDirectory;
        if (!Directory.Exists(state))
            return Modes.Skip($"there is no {state}");
        var problems = FileRepair.FindModes(machine.Settings);
        if (problems is not [var first, ..])
            return Modes.Pass($"{state} and its files are private");
        var more = problems.Count == 1 ? "" : Invariant($" (and {problems.Count - 1} more)");
        return Modes.Fail(
            $"{first.Path} {first.Text}{more}",
            problems.Any(p => p.CanCorrect) ? "edgekms repair" : $"ls -la {Path.GetDirectoryName(first.Path)}",
            stops: true
        );
    }
}
