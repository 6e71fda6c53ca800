using System.Globalization;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Repair;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Commands;

/// <summary>
/// <c>repair</c>: finds what keeps the ring from opening, says what it will do, does it. Local files alone; with the
/// daemon running or not; running it twice changes nothing the second time.
/// </summary>
internal static class RepairRun
{
    internal sealed record Request(
        string? PassphraseFile,
        string? RecoveryCodeFile,
        string? AcceptRollback,
        bool DryRun,
        OutputFormat Output
    );

    internal static async Task<int> Run(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        IoStreams io,
        CancellationToken cancellation
    )
    {
        var log = new RepairLog(request.Output, request.DryRun, io);
        FileRepair.Modes(settings, log, request.DryRun);
        FileRepair.Sockets(settings, log, request.DryRun);
        var files = new RingFiles(settings, time);
        if (request is { DryRun: false, AcceptRollback: null })
            AskTheDaemon(files, settings, log);
        var repair = new RingRepair(
            files,
            log,
            () => AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io),
            request.AcceptRollback,
            io
        );
        Diagnostician.Examine(files); // what can't be mended says so before anyone waits
        using var held = request.DryRun ? null : await files.LockAsync(cancellation);
        var diagnosis = Diagnostician.Examine(files);
        if (diagnosis.Survey.Generations[0].Ring is { Header: var header })
            log.Found(
                string.Create(CultureInfo.InvariantCulture, $"key ring {header.Id}, generation {header.Generation}")
            );
        log.Found(diagnosis.Text);
        repair.Plan(diagnosis);
        var changed = request.DryRun ? null : repair.Mend(diagnosis);
        foreach (var warning in changed?.Warnings ?? [])
            log.Warn(warning.Text);
        log.End(!request.DryRun && Reload(settings, log));
        return 0;
    }

    /// <summary>
    /// A daemon that was serving when the files were lost holds the whole ring in its memory: that is better than any
    /// older generation on disk.
    /// </summary>
    private static void AskTheDaemon(RingFiles files, EdgeKmsSettings settings, RepairLog log)
    {
        try
        {
            if (Diagnostician.Examine(files).Ailment is Ailment.None or Ailment.Checkpoint or Ailment.Token)
                return;
        }
        catch (EdgeKmsException e) when (e.Code is ErrorCode.RingLost or ErrorCode.RingMissing)
        {
            // The running daemon may still have it.
        }
        if (AdminCall.Persist(settings.AdminSocket) is not { Problem: null, Generation: var generation })
            return;
        log.Found("the ring's files are lost or damaged, but the running daemon holds the ring in memory");
        log.Plan("let the daemon write it as a new generation");
        log.Done(string.Create(CultureInfo.InvariantCulture, $"the daemon wrote generation {generation}"));
    }

    private static bool Reload(EdgeKmsSettings settings, RepairLog log)
    {
        var answer = AdminCall.Reload(settings.AdminSocket);
        if (answer?.Problem is { } problem)
            log.Warn($"the daemon still says: {problem.Text}");
        return answer is { Problem: null };
    }
}
