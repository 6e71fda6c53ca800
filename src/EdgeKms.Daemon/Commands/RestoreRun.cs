using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

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
        if (!looksOnly)
            RefuseLoss(files.Store.Survey(), backup, request.Force);
        using var credential = AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io);
        var stored = Open(backup, credential, request.File);
        var covers = Covers(files.Store, backup.Header);
        if (looksOnly)
        {
            if (!request.Verify)
                RefuseLoss(files.Store.Survey(), backup, request.Force);
            Print(Report(stored, covers, null, null, [], null, false, time), request, io);
            return 0;
        }
        files.Store.MakeDirectories();
        LinuxDirectory.Make(Path.GetDirectoryName(settings.NodeTokenFile)!);
        using var held = await files.LockAsync(cancellation);
        var survey = files.Store.Survey(); // again, now that nobody else can change it
        RefuseLoss(survey, backup, request.Force);
        if (Local(survey) is { } other && other != backup.Header.Id && files.Tokens.Exists)
            io.Warn($"kept the old node token as {files.Tokens.MoveAside()}");
        var seen = survey.Checkpoint is { } mark && mark.Ring == backup.Header.Id ? mark.Generation : 0;
        var changed = files.Writer.Rotate(stored, Math.Max(survey.Highest, seen));
        Reports.Warn(changed, io);
        files.Record(
            io,
            AuditEvent.Restored,
            changed.Stored.Ring.Header,
            string.Create(CultureInfo.InvariantCulture, $"from generation {backup.Header.Generation}")
                + (request.Force is { } reason ? $", forced: {reason}" : "")
        );
        var reload = AdminCall.Reload(settings.AdminSocket);
        if (reload?.Problem is { } problem)
            io.Warn($"the daemon still says: {problem.Text}; restart it");
        var header = changed.Stored.Ring.Header;
        Print(
            Report(
                stored,
                covers,
                header.Generation,
                header.Active.Id.Text,
                Reports.Warnings(changed),
                changed.Backup,
                reload is { Problem: null },
                time
            ),
            request,
            io
        );
        return 0;
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
        if (backup.Open(credential.Unlock(backup.Header).RingKey, out var ring) != RingOutcome.Ok)
            throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is damaged: its ring does not open");
        return KeyWrap.FindBroken(ring!) is null
            ? new StoredRing(ring!, backup.Digest, Seen: null)
            : throw new EdgeKmsException(ErrorCode.SelfTestFailed);
    }

    /// <summary>The ring whose files or checkpoint are on this machine; null for a bare one.</summary>
    private static RingId? Local(RingSurvey survey) =>
        survey.Checkpoint?.Ring ?? survey.Generations.FirstOrDefault(g => g.Ring is not null)?.Ring!.Header.Id;

    private static void RefuseLoss(RingSurvey survey, SealedRing backup, string? force)
    {
        if (force is not null || Local(survey) is not { } local)
            return;
        var newest = survey.Generations.FirstOrDefault(g => g.Ring is not null)?.Ring;
        var highest = Math.Max(newest?.Header.Generation ?? 0, survey.Checkpoint?.Generation ?? 0);
        var held = Held(backup.Header);
        var lacks = newest is null ? null : Held(newest.Header).FirstOrDefault(k => !held.Contains(k));
        if (survey.Checkpoint is { } mark && !held.Contains(mark.Active))
            lacks = mark.Active;
        string? loss =
            local != backup.Header.Id || (newest is not null && newest.Header.Id != backup.Header.Id)
                ? $"this machine has another key ring, {local}"
            : highest > backup.Header.Generation
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"this machine has used generation {highest}, the backup is generation {backup.Header.Generation}: keys may be lost"
                )
            : lacks is not null ? $"the backup lacks {lacks}, a key of this machine's ring"
            : null;
        if (loss is not null)
        {
            throw new CommandException(
                ExitCode.Refused,
                loss,
                "nothing was changed; \"edgekms repair\" mends the ring that is here, --force REASON restores all the same"
            );
        }
    }

    /// <summary>The keys whose material a ring has.</summary>
    private static HashSet<KeyId> Held(RingHeader ring) => [.. ring.Keys.Where(k => k.HasMaterial).Select(k => k.Id)];

    private static bool? Covers(RingStore store, RingHeader backup)
    {
        try
        {
            var local = store.Load().Header;
            return local.Id == backup.Id && Held(local).IsSubsetOf(Held(backup));
        }
        catch (EdgeKmsException)
        {
            return null;
        }
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
        io.Out.WriteLine(
            report.DaemonReloaded ? "the daemon serves it" : "next: start the daemon (systemctl start edgekmsd)"
        );
    }
}
