using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Repair;

/// <summary>What can be mended without opening the ring: modes, owners, stale sockets.</summary>
internal static class FileRepair
{
    internal static void Modes(EdgeKmsSettings settings, RepairLog log, bool dryRun)
    {
        foreach (var problem in FindModes(settings))
        {
            log.Found($"{problem.Path} {problem.Text}");
            if (!problem.CanCorrect)
            {
                log.Warn($"{problem.Path} was left alone: look at it");
                continue;
            }
            log.Plan($"correct mode and owner of {problem.Path}");
            if (dryRun)
                continue;
            FileModes.Correct(problem);
            log.Done($"corrected mode and owner of {problem.Path}");
        }
    }

    /// <summary>The daemon removes them too when it starts.</summary>
    internal static void Sockets(EdgeKmsSettings settings, RepairLog log, bool dryRun)
    {
        foreach (var path in new[] { settings.KmsSocket, settings.AdminSocket })
        {
            if (!BoundSocket.IsStale(path))
                continue;
            log.Found($"{path} is a socket that nobody listens on");
            log.Plan($"remove the stale socket {path}");
            if (dryRun)
                continue;
            File.Delete(path);
            log.Done($"removed the stale socket {path}");
        }
    }

    /// <summary>In the state directory, its folders, and of the token where that lies elsewhere.</summary>
    internal static IReadOnlyList<FileModes.Problem> FindModes(EdgeKmsSettings settings)
    {
        var state = settings.StateDirectory;
        var owner = FileStatus.Of(state)?.User;
        var found = new List<FileModes.Problem>(FileModes.Find(state));
        foreach (var folder in new[] { "ring", "audit" })
            found.AddRange(FileModes.Find(Path.Combine(state, folder), owner));
        var token = settings.NodeTokenFile;
        var directory = Path.GetDirectoryName(token)!;
        if (!string.Equals(directory, state, StringComparison.Ordinal))
        {
            // Other files in it are none of ours.
            found.AddRange(
                FileModes
                    .Find(directory)
                    .Where(p =>
                        string.Equals(p.Path, directory, StringComparison.Ordinal)
                        || p.Path.StartsWith(token, StringComparison.Ordinal)
                    )
            );
        }
        return found;
    }
}
