using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.InForce;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Verify;

/// <summary>
/// <c>configuration-in-force</c>: the API server works with the file as it lies on disk, so that the checks of the file are checks of
/// what runs, and its next start changes nothing.
/// </summary>
internal static class InForceCheck
{
    internal const string Name = "configuration-in-force";

    /// <param name="api">The API server.</param>
    /// <param name="file">As it lies on disk.</param>
    /// <param name="process">The API server's process, where it runs on this machine.</param>
    /// <param name="time">The clock of this machine, which is the file's.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<CheckLine> RunAsync(
        ApiClient api,
        EncryptionFile file,
        ApiServerProcess? process,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        try
        {
            var sample = await InForceSample.ReadAsync(api, time, cancellation);
            return Of(file.Path, Put(file, process), sample, new ApiServerLog().Command(process));
        }
        catch (CommandException e)
        {
            return CheckLine.Skipped(Name, $"the API server's metrics can't be read: {e.Message}");
        }
    }

    /// <param name="file">Path, for the text.</param>
    /// <param name="put">Its bytes, and when it got them.</param>
    /// <param name="sample">What the API server says.</param>
    /// <param name="log">The command that shows its log.</param>
    internal static CheckLine Of(string file, ConfigurationPut put, InForceSample sample, string log) =>
        InForceJudge.Judge(put, sample) switch
        {
            InForceVerdict.Taken or InForceVerdict.NotReady => CheckLine.Ok(
                Name,
                $"the API server works with {file} as it is on disk"
            ),
            InForceVerdict.Refused refused => CheckLine.Failed(
                Name,
                $"the API server does not work with {file} as it is on disk, but with what it had before",
                $"it {refused.Reason}",
                log
            ),
            InForceVerdict.Down down => CheckLine.Skipped(Name, down.Reason),
            { Reason: { } reason } when sample.Hash is not null => CheckLine.Failed(
                Name,
                $"the API server does not work with {file} as it is on disk",
                $"it {reason}",
                sample.Reloads == false
                    ? "restart the API server, where no other check of the file and of what is stored fails"
                    : "edgekms verify again in two minutes, since the API server looks once a minute; if it stays: is this the file that its --encryption-provider-config names?"
            ),
            { Reason: { } reason } when WorksWithNone(sample) => CheckLine.Failed(
                Name,
                $"the API server does not work with {file}",
                $"it {reason}",
                "name the file that its --encryption-provider-config names with --encryption-config; where it has no such flag yet: edgekms deploy -f CONFIG"
            ),
            // Before 1.34 the API server doesn't name its file.
            { Reason: var reason } => CheckLine.Skipped(Name, $"it can't be told: the API server {reason}"),
        };

    private static ConfigurationPut Put(EncryptionFile file, ApiServerProcess? process) =>
        new(
            file.Hash,
            new DateTimeOffset(File.GetLastWriteTimeUtc(TargetOf(file.Path))),
            null,
            null,
            RestartedByUs: false
        )
        {
            IsSeen = process?.SeesFile == true,
        };

    private static bool WorksWithNone(InForceSample sample) =>
        sample is { Version: not null, Hashes.Count: 0 } && !sample.IsBefore(34);

    private static string TargetOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
