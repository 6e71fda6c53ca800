using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.Audit;
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

    /// <summary>In the state directory, its folders, and of the token where that lies elsewhere: files that EdgeKms makes.</summary>
    internal static IReadOnlyList<FileModes.Problem> FindModes(EdgeKmsSettings settings)
    {
        var state = settings.StateDirectory;
        var (directory, token) = (
            Path.GetDirectoryName(settings.NodeTokenFile)!,
            Path.GetFileName(settings.NodeTokenFile)
        );
        var isTokenHere = string.Equals(directory, state, StringComparison.Ordinal);
        var found = new List<FileModes.Problem>(
            FileModes.Find(state, n => StateFiles.IsOfState(n) || (isTokenHere && StateFiles.IsOfToken(n, token)))
        );
        if (DirectoryPlace.Of(state) is { Status: { IsDirectory: true, User: var owner } })
        {
            var ring = Path.Combine(state, StateFiles.RingDirectoryName);
            found.AddRange(FileModes.Find(ring, StateFiles.IsOfRing, owner));
            found.AddRange(FileModes.Find(Path.Combine(state, AuditLog.DirectoryName), StateFiles.IsOfAudit, owner));
        }
        if (!isTokenHere)
            found.AddRange(OfTokenElsewhere(directory, token));
        return found;
    }

    /// <summary>
    /// A directory that holds anything else, as /etc does, is not closed for the token's sake: the machine may need it open.
    /// </summary>
    private static IEnumerable<FileModes.Problem> OfTokenElsewhere(string directory, string token)
    {
        bool IsOurs(string name) => StateFiles.IsOfToken(name, token);
        var problems = FileModes.Find(directory, IsOurs);
        if (problems is not [{ CanCorrect: true } first, ..] || first.Path != DirectoryPlace.Of(directory)?.Target)
            return problems;
        return FileModes.Names(directory).All(IsOurs)
            ? problems
            :
            [
                first with
                {
                    Text =
                        $"{first.Text}; it holds other files than the node token: keep that in a directory of its own",
                    CanCorrect = false,
                },
                .. problems.Skip(1),
            ];
    }
}
