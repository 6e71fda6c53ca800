using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Repair;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Commands;

/// <summary>
/// <c>repair</c>: looks, says what it found and what it will do, does it. Local files and the running daemon alone; what is to be done
/// follows from the verdict; running it twice changes nothing the second time.
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
        var step = Decide(request, settings, time, log, out var survey);
        RepairPlan.Say(step, survey, log);
        if (request.DryRun)
        {
            log.End(daemonReloaded: false);
            return 0;
        }
        if (step == RepairStep.Persist)
            Persist(settings, log);
        else if (step == RepairStep.TakeOver)
            TakeOver(settings, log);
        else
            await MendAsync(request, settings, time, io, log, step, cancellation);
        log.End(Reload(settings, log));
        return 0;
    }

    private static RepairStep Decide(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        RepairLog log,
        out MachineSurvey survey
    )
    {
        survey = LocalSurvey.Take(settings, time);
        var verdict = Judge.Of(survey);
        var step = RepairPolicy.Of(verdict, request.AcceptRollback is not null);
        if (survey.Newest?.Header is { } header)
            log.Found(Invariant($"key ring {header.Id}, generation {header.Generation}"));
        if (step == RepairStep.Refuse)
            throw VerdictReports.Refusal(verdict);
        log.Found(verdict.Text);
        if (step == RepairStep.None && verdict.Hint is { } hint)
            log.Warn($"that is nothing which a repair mends: {hint}");
        return step;
    }

    /// <summary>Under the write lock, and after another look: somebody may have changed the ring meanwhile.</summary>
    private static async Task MendAsync(
        Request request,
        EdgeKmsSettings settings,
        TimeProvider time,
        IoStreams io,
        RepairLog log,
        RepairStep planned,
        CancellationToken cancellation
    )
    {
        var files = new RingFiles(settings, time);
        using var held = await files.LockAsync(cancellation);
        var survey = LocalSurvey.Take(settings, time);
        var verdict = Judge.Of(survey);
        if (RepairPolicy.Of(verdict, request.AcceptRollback is not null) != planned)
            throw new EdgeKmsException(ErrorCode.RingChanged, "the key ring changed while it was looked at");
        var repair = new RingRepair(
            files,
            log,
            new AdminCredentials(request.PassphraseFile, request.RecoveryCodeFile, io),
            request.AcceptRollback,
            io
        );
        foreach (var warning in repair.Mend(planned, verdict, survey)?.Warnings ?? [])
            log.Warn(warning.Text);
    }

    /// <summary>
    /// A daemon that was serving when the files were lost holds the whole ring in its memory: that is better than any older
    /// generation on disk.
    /// </summary>
    private static void Persist(EdgeKmsSettings settings, RepairLog log)
    {
        var answer =
            AdminCall.Persist(settings.AdminSocket)
            ?? throw new EdgeKmsException(ErrorCode.RingChanged, "the daemon did not answer: leave it running");
        if (answer.Problem is { } problem)
            throw new Contract.Failures.CommandException(
                Contract.Failures.ExitCode.Damaged,
                $"the daemon could not write the ring: {problem.Text}",
                $"leave it running; {problem.Hint}"
            );
        log.Done(Invariant($"the daemon wrote generation {answer.Generation} and a new node token"));
    }

    private static void TakeOver(EdgeKmsSettings settings, RepairLog log)
    {
        if (AdminCall.Adopt(settings.AdminSocket) is { Problem: null, Generation: var generation })
            log.Done(Invariant($"the daemon serves generation {generation}"));
    }

    private static bool Reload(EdgeKmsSettings settings, RepairLog log)
    {
        var answer = AdminCall.Reload(settings.AdminSocket);
        if (answer?.Problem is { } problem)
            log.Warn($"the daemon still says: {problem.Text}; {problem.Hint}");
        return answer is { Problem: null };
    }
}
