using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Commands;

/// <summary>
/// <c>restore</c>: the ring of a backup becomes the next generation of this machine, above every number that it has seen,
/// with a new node token and a new active KEK, so that no key id is ever announced a second time.
/// </summary>
internal static class RestoreRun
{
    internal sealed record Request(
        string File,
        bool Verify,
        string? PassphraseFile,
        string? RecoveryCodeFile,
        string? Force,
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
        var backup = Read(request.File);
        var files = new RingFiles(settings, time);
        var looksOnly = request.Verify || request.DryRun;
        // What is certain already is said before anybody is asked.
        if (!looksOnly && LocalSurvey.Take(settings, time) is var known)
            RefuseLoss(RestorePolicy.Certain(known), known, backup, request.Force);
        using var credential = AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io);
        var stored = Open(backup, credential, request.File);
        var survey = Survey(files, settings, time, backup, credential);
        var covers = RestorePolicy.Covers(survey, backup.Header);
        if (!request.Verify)
            RefuseLoss(survey, survey, backup, request.Force);
        if (looksOnly)
        {
            Print(Report(stored, covers, null, null, [], null, false, time), request, io);
            return 0;
        }
        files.Store.MakeDirectories();
        LinuxDirectory.Make(Path.GetDirectoryName(settings.NodeTokenFile)!);
        using var held = await files.LockAsync(cancellation);
        survey = Survey(files, settings, time, backup, credential); // again, now that nobody else can change it
        RefuseLoss(survey, survey, backup, request.Force);
        var above = RestorePolicy.Above(survey, backup.Header);
        MakeWay(files, survey, backup.Header.Id, above, io);
        var changed = files.Writer.RotateAbove(stored, above);
        Reports.Warn(changed, io);
        files.Record(
            io,
            AuditEvent.Restored,
            changed.Stored.Ring.Header,
            Invariant($"from generation {backup.Header.Generation}")
                + (request.Force is { } reason ? $", forced: {reason}" : "")
        );
        // The credential that opened the backup is the administrator's word: the daemon takes this ring whatever it serves.
        var adopted = AdminCall.Adopt(settings.AdminSocket);
        if (adopted?.Problem is { } problem)
            io.Warn($"the daemon still says: {problem.Text}; {problem.Hint}");
        var header = changed.Stored.Ring.Header;
        Print(
            Report(
                stored,
                covers,
                header.Generation,
                header.Active.Id.Text,
                Reports.Warnings(changed),
                changed.Backup,
                adopted is { Problem: null },
                time
            ),
            request,
            io
        );
        return 0;
    }

    /// <summary>What the credential proves counts; what nobody can prove is believed where it says that something would be lost.</summary>
    private static MachineSurvey Survey(
        RingFiles files,
        EdgeKmsSettings settings,
        TimeProvider time,
        SealedRing backup,
        AdminCredential credential
    )
    {
        var survey = LocalSurvey.Take(settings, time);
        return survey.Problem is not null
            ? survey
            : AuthenticFiles.Prove(
                survey,
                files.Store.Survey(),
                backup.Header.Id,
                credential.Unlock(backup.Header).RingKey,
                header => credential.TryUnlock(header)?.RingKey
            );
    }

    /// <summary>What is another ring's, or has a number that nobody authenticated, is kept under another name.</summary>
    private static void MakeWay(RingFiles files, MachineSurvey survey, RingId ring, int above, IoStreams io)
    {
        foreach (var name in files.Store.SetAside(InTheWay.Of(survey, ring, above).Contains))
            io.Warn($"kept what was in the way as {name}");
        if (InTheWay.IsToken(survey, ring))
            io.Warn($"kept the old node token as {files.Tokens.MoveAside()}");
    }

    private static SealedRing Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (stream.Length > BackupFile.MaxBytes)
                throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is not a backup of EdgeKms: too large");
            var file = new byte[stream.Length];
            stream.ReadExactly(file);
            return BackupFile.Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"{path} can't be read", "check the path and its mode", e);
        }
    }

    private static StoredRing Open(SealedRing backup, AdminCredential credential, string path)
    {
        if (
            backup.Open(credential.Unlock(backup.Header, CredentialTarget.Backup).RingKey, out var ring)
            != RingOutcome.Ok
        )
            throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is damaged: its ring does not open");
        return KeyWrap.FindBroken(ring!) is null
            ? new StoredRing(ring!, backup.Digest, Seen: null)
            : throw new EdgeKmsException(ErrorCode.SelfTestFailed);
    }

    /// <param name="counts">What counts against the backup.</param>
    /// <param name="known">All that is known: the ways out are those of the one verdict.</param>
    /// <param name="backup">The ring of the backup.</param>
    /// <param name="force">The administrator's reason; null where none was given.</param>
    private static void RefuseLoss(MachineSurvey counts, MachineSurvey known, SealedRing backup, string? force)
    {
        if (force is not null || RestorePolicy.Refuse(counts, backup.Header) is not { } loss)
            return;
        throw new CommandException(
            ExitCode.Refused,
            loss,
            $"nothing was changed; {Judge.Of(known).Hint ?? "the ring that is here is whole"}; --force REASON restores all the same, and what the backup's keys don't open can't be read any more"
        );
    }

    private static RestoreReport Report(
        StoredRing backup,
        bool? covers,
        long? generation,
        string? newKey,
        IReadOnlyList<string> warnings,
        string? written,
        bool reloaded,
        TimeProvider time
    )
    {
        var header = backup.Ring.Header;
        var now = UtcText.Now(time);
        return new RestoreReport(
            header.Id.Text,
            header.Generation,
            [.. header.Keys.Select(k => StatusReporter.Key(k, now))],
            covers,
            generation,
            newKey,
            written,
            warnings,
            reloaded
        );
    }

    private static void Print(RestoreReport report, Request request, IoStreams io)
    {
        if (request.Output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.RestoreReport));
            return;
        }
        io.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{request.File} opens: key ring {report.RingId}, generation {report.BackupGeneration}"
            )
        );
        foreach (var key in report.Keys)
            io.Out.WriteLine($"  {key.Id}  {key.State}{(key.State is "destroyed" ? "" : "  tested")}");
        if (report.Covers is { } covers)
        {
            io.Out.WriteLine(
                covers ? "it holds every key of this machine's ring" : "it lacks keys of this machine's ring"
            );
        }
        if (report.Generation is not { } generation)
        {
            io.Out.WriteLine(request.Verify ? "nothing was changed" : "nothing was changed (--dry-run)");
            return;
        }
        io.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"restored as generation {generation}, with a new node token and the new active key {report.NewKeyId}"
            )
        );
        if (report.Backup is { } written)
            io.Out.WriteLine($"backup {written}");
        io.Out.WriteLine(report.DaemonReloaded ? "the daemon serves it" : "next: systemctl restart edgekmsd");
    }
}
