using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Commands;

/// <summary>
/// <c>init</c>: makes generation 1 with the slots admin, recovery and node. The ring's rename is the commit; the token is
/// written before it, so a ring that exists can start unattended.
/// </summary>
internal static class InitRun
{
    internal sealed record Request(
        string? PassphraseFile,
        string? RecoveryCodeFile,
        string Kdf,
        string? AnotherRing,
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
        if (!request.DryRun)
            NewRecoveryCode.RefuseInJson(request.Output, request.RecoveryCodeFile, "--recovery-code-file");
        var files = new RingFiles(settings, time);
        var store = files.Store;
        Refuse(settings, time, request);
        var warnings = VolatilePlaces.Warn(settings, io);
        if (request.DryRun)
            return DryRun(settings, request, warnings, io);

        using var passphrase = SecretSource.NewPassphrase(request.PassphraseFile, KeyCommand.PassphraseFileName, io);
        store.MakeDirectories();
        using var held = await store.LockAsync(TimeSpan.FromSeconds(10), cancellation);
        Refuse(settings, time, request); // again, now that nobody else can make one
        MakeWay(files, io);

        var now = UtcText.Now(time);
        var (id, first, kek) = KekRing.CreateFirst(now);
        using var ringKey = SecretBytes.Random(KeyDerivation.KeySize);
        using var code = NewRecoveryCode.Create(request.RecoveryCodeFile);
        var kdf = NewSlots.Kdf(request.Kdf);
        Slot[] administrators =
        [
            NewSlots.Make(id, 1, SlotKind.Admin, now, kdf, passphrase, ringKey),
            NewSlots.Make(id, 2, SlotKind.Recovery, now, new SlotKdf.HkdfSha256(), code.Secret, ringKey),
        ];
        RingHeader made;
        try
        {
            code.Save();
            var changed = files.Writer.Create(
                id,
                ringKey,
                administrators,
                (_, slots) => KekRing.Create(id, first, kek, ringKey, slots)
            );
            Reports.Warn(changed, io);
            made = changed.Stored.Ring.Header;
        }
        catch (EdgeKmsException)
        {
            // Without a ring the code opens nothing, and a second init must not trip over it. With one (its directory
            // could not be synced) it is what opens it.
            if (!store.Exists())
                code.Remove();
            throw;
        }
        if (request.AnotherRing is { } reason)
            files.Record(io, AuditEvent.RingCreated, made, $"another ring: {reason}");
        var answer = request.AnotherRing is null
            ? AdminCall.Reload(settings.AdminSocket)
            : AdminCall.Adopt(settings.AdminSocket);
        var reloaded = answer is { Problem: null };
        var report = new InitReport(id.Text, first.Id.Text, 1, DryRun: false, reloaded, warnings);
        Report(report, request, settings, code, io);
        return 0;
    }

    private static void Refuse(EdgeKmsSettings settings, TimeProvider time, Request request)
    {
        var survey = LocalSurvey.Take(settings, time);
        if (InitRefusal.Of(survey, Judge.Of(survey), request.AnotherRing is not null) is { } refusal)
            throw new CommandException(ErrorTable.Of(refusal.Code).Exit, refusal.Text, refusal.Hint);
        if (request.RecoveryCodeFile is { } path && File.Exists(path))
            throw new CommandException(
                ExitCode.Refused,
                $"{path} exists already",
                "name a file that doesn't exist yet"
            );
    }

    /// <summary>What is left of the ring before is kept under another name: it may open a ring in a backup.</summary>
    private static void MakeWay(RingFiles files, IoStreams io)
    {
        if (files.Tokens.Exists)
            io.Warn($"kept the old node token as {files.Tokens.MoveAside()}");
        if (files.Store.SetCheckpointAside() is { } mark)
            io.Warn($"kept the old checkpoint as {mark}");
    }

    private static int DryRun(EdgeKmsSettings settings, Request request, IReadOnlyList<string> warnings, IoStreams io)
    {
        if (request.Output == OutputFormat.Json)
        {
            var report = new InitReport("-", "-", 1, DryRun: true, DaemonReloaded: false, warnings);
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.InitReport));
            return 0;
        }
        io.Out.WriteLine($"would make a key ring in {settings.StateDirectory} with one active KEK,");
        io.Out.WriteLine(
            $"a passphrase slot ({request.Kdf}), a recovery code and the node token {settings.NodeTokenFile}"
        );
        return 0;
    }

    private static void Report(
        InitReport report,
        Request request,
        EdgeKmsSettings settings,
        NewRecoveryCode code,
        IoStreams io
    )
    {
        if (request.Output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.InitReport));
            return;
        }
        io.Out.WriteLine($"made key ring {report.RingId} in {settings.StateDirectory}");
        io.Out.WriteLine($"active key {report.KeyId}");
        code.Show(io);
        if (request.RecoveryCodeFile is null)
        {
            io.Out.WriteLine(
                "Passphrase and recovery code each open the ring on any machine. Without both, a lost node"
            );
            io.Out.WriteLine("token means that nobody can read the Secrets again.");
        }
        io.Out.WriteLine();
        io.Out.WriteLine(
            report.DaemonReloaded
                ? "next: give kube-apiserver the configuration that \"edgekms encryption-config\" prints"
                : "next: start the daemon (edgekmsd serve), then give kube-apiserver what \"edgekms encryption-config\" prints"
        );
        // A file in its place would have neither the other providers nor their keys.
        io.Out.WriteLine(
            "Where it has a configuration already: edgekms migrate --to kms --encryption-config FILE, with that FILE"
        );
    }
}
