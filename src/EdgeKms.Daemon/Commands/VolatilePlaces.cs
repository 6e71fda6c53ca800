using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Commands;

/// <summary>
/// Where a new ring or its node token would not last: memory, and images that an update exchanges. A warning and no refusal: a
/// machine for a trial may be nothing else.
/// </summary>
internal static class VolatilePlaces
{
    /// <summary>Warns on standard error before anything is made, and returns what it said for the report.</summary>
    internal static IReadOnlyList<string> Warn(EdgeKmsSettings settings, IoStreams io)
    {
        var warnings = Of(settings);
        foreach (var warning in warnings)
            io.Warn(warning);
        return warnings;
    }

    private static List<string> Of(EdgeKmsSettings settings)
    {
        var (state, token) = (settings.StateDirectory, settings.NodeTokenFile);
        var warnings = new List<string>();
        if (FileSystemFacts.OfNearest(state)?.Volatile is { } kind)
        {
            warnings.Add(
                $"{Place("the state directory", state, kind)}: the key ring would be gone then, and every Secret with it; set "
                    + $"stateDirectory to a disk that stays (findmnt --target {BackupChoice.Paste(state)})"
            );
        }
        var directory = Path.GetDirectoryName(token)!;
        if (directory != state && FileSystemFacts.OfNearest(directory)?.Volatile is { } other)
        {
            warnings.Add(
                $"{Place("the node token", token, other)}: edgekmsd would start sealed then, until an administrator enters the "
                    + $"passphrase; set nodeTokenFile to a disk that stays (findmnt --target {BackupChoice.Paste(directory)})"
            );
        }
        return warnings;
    }

    private static string Place(string what, string path, FileSystemKind kind) =>
        $"{what} {path} is on {kind.Name}, which "
        + (kind.IsMemory ? "is empty after a boot" : "an update of the operating system may exchange");
}
