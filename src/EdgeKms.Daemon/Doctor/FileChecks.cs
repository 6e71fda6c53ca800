using EdgeKms.Daemon.Repair;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>Modes and owners of the files that EdgeKms makes.</summary>
internal static class FileChecks
{
    internal static readonly Check Modes = new(
        "EK-FILE-001",
        "state directory, ring, checkpoint, node token and audit log are private and of one owner",
        "Who can read the node token and the ring can unwrap every Secret. edgekmsd does not start with a newest generation, "
            + "checkpoint or node token, or with a directory of theirs, that others reach. Older generations and the audit log "
            + "stop no start. Files of other names are not looked at.",
        CanStop: true,
        CanLose: false,
        ArePrivate
    );

    private static Finding ArePrivate(Machine machine)
    {
        var (state, token) = (machine.Settings.StateDirectory, machine.Settings.NodeTokenFile);
        if (DirectoryPlace.Of(state) is not { } place)
            return Modes.Skip($"there is no {state}");
        var problems = FileRepair.FindModes(machine.Settings);
        var user = machine.Daemon?.Daemon is { Pid: var pid } ? StartAccess.UserOf(pid) : null;
        return Judge(state, problems, StartAccess.Refused(state, token, user ?? place.Status.User));
    }

    /// <summary>Only what the start refuses stops it; the problem that it is refused for comes first.</summary>
    private static Finding Judge(string state, IReadOnlyList<FileModes.Problem> problems, HashSet<string> refused)
    {
        if (problems.Count == 0)
        {
            return refused.Count == 0
                ? Modes.Pass($"{state} and its files are private")
                : Modes.Fail($"{refused.First()} is not the daemon's user's", $"ls -la {state}", stops: true);
        }
        // The files of a ring directory that changed its owner are refused for the directory's sake.
        var first =
            problems.FirstOrDefault(p => refused.Contains(p.Path))
            ?? problems.FirstOrDefault(p => refused.Any(r => r.StartsWith(p.Path + "/", StringComparison.Ordinal)))
            ?? problems[0];
        var more = problems.Count == 1 ? "" : Invariant($" (and {problems.Count - 1} more)");
        var text = $"{first.Path} {first.Text}{more}";
        var next = problems.Any(p => p.CanCorrect) ? "edgekms repair" : $"ls -la {Path.GetDirectoryName(first.Path)}";
        return refused.Count == 0 ? Modes.Warn(text, next) : Modes.Fail(text, next, stops: true);
    }
}
