using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

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
        var (store, tokenFile) = (files.Store, files.Tokens);
        RefuseLeftovers(store, tokenFile, settings, request);
        if (request.DryRun)
            return DryRun(settings, request, io);

        using var passphrase = SecretSource.NewPassphrase(request.PassphraseFile, io);
        store.MakeDirectories();
        using var held = await store.LockAsync(TimeSpan.FromSeconds(10), cancellation);
        RefuseLeftovers(store, tokenFile, settings, request); // again, now that nobody else can make one

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
        }
        catch (EdgeKmsException)
        {
            // Without a ring the code opens nothing, and a second init must not trip over it. With one (its directory
            // could not be synced) it is what opens it.
            if (!store.Exists())
                code.Remove();
            throw;
        }
        var reloaded = AdminCall.Reload(settings.AdminSocket) is { Problem: null };
        Report(new InitReport(id.Text, first.Id.Text, 1, DryRun: false, reloaded), request, settings, code, io);
        return 0;
    }

    private static void RefuseLeftovers(RingStore store, NodeTokenFile token, EdgeKmsSettings settings, Request request)
    {
        if (store.Exists())
            throw new EdgeKmsException(
                ErrorCode.RingExists,
                $"{settings.StateDirectory} holds a key ring, or the checkpoint of one"
            );
        if (token.Exists)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"there is a node token {token.FullPath}, but no key ring: it may open a ring in a backup",
                "put the ring back, or move the token away: it is not overwritten"
            );
        }
        if (request.RecoveryCodeFile is { } path && File.Exists(path))
            throw new CommandException(
                ExitCode.Refused,
                $"{path} exists already",
                "name a file that doesn't exist yet"
            );
    }

    private static int DryRun(EdgeKmsSettings settings, Request request, IoStreams io)
    {
        if (request.Output == OutputFormat.Json)
        {
            var report = new InitReport("-", "-", 1, DryRun: true, DaemonReloaded: false);
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
    }
}
