using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Commands.Slots;

/// <summary><c>slot add</c>: another passphrase, or another recovery code.</summary>
internal static class SlotAddRun
{
    internal sealed record Request(
        string? PassphraseFile,
        string? RecoveryCodeFile,
        bool Recovery,
        string? NewPassphraseFile,
        string? NewRecoveryCodeFile,
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
        if (request is { Recovery: true, DryRun: false })
            NewRecoveryCode.RefuseInJson(request.Output, request.NewRecoveryCodeFile, "--new-recovery-code-file");
        using var session = await RingSession.OpenAsync(settings, time, request.DryRun, io, cancellation);
        using var credential = AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io);
        var before = session.Open(credential);
        var header = before.Ring.Header;
        var number = header.Slots[^1].Number + 1;
        if (request.DryRun)
        {
            SlotOutput.Print(SlotOutput.Unchanged(header, number, null, dryRun: true), request.Output, io);
            return 0;
        }
        using var code = request.Recovery ? NewRecoveryCode.Create(request.NewRecoveryCodeFile) : null;
        using var passphrase = request.Recovery
            ? null
            : SecretSource.NewPassphrase(request.NewPassphraseFile, KeyCommand.NewPassphraseFileName, io);
        var slot = NewSlots.Make(
            header.Id,
            number,
            request.Recovery ? SlotKind.Recovery : SlotKind.Admin,
            UtcText.Now(time),
            request.Recovery ? new SlotKdf.HkdfSha256() : NewSlots.Kdf(request.Kdf),
            code?.Secret ?? passphrase!,
            credential.RingKey(header)
        );
        var changed = session.Change(
            before,
            code,
            () => session.Files.Writer.WithSlots(before, [.. header.Slots.Where(s => s.Kind != SlotKind.Node), slot])
        );
        var report = SlotOutput.Changed(changed, header.Active.Id.Text, number, null, session.Announce(changed));
        SlotOutput.Print(report, request.Output, io);
        if (request.Output == OutputFormat.Text)
            code?.Show(io);
        return 0;
    }
}
