using System.Globalization;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Commands.Slots;

/// <summary>
/// <c>slot change-passphrase</c>: a slot with the new passphrase takes the old one's place. The ring key stays: whoever
/// knows the old passphrase and has an old ring file opens this ring too, until <c>slot remove</c> makes a new ring key.
/// </summary>
internal static class PassphraseRun
{
    internal sealed record Request(
        int? Number,
        string? PassphraseFile,
        string? RecoveryCodeFile,
        string? NewPassphraseFile,
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
        using var session = await RingSession.OpenAsync(settings, time, request.DryRun, io, cancellation);
        using var credential = AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io);
        var before = session.Open(credential);
        var header = before.Ring.Header;
        var old = Old(header, request.Number, credential.Unlock(header).Slot);
        var number = header.Slots[^1].Number + 1;
        if (request.DryRun)
        {
            SlotOutput.Print(SlotOutput.Unchanged(header, number, old.Number, dryRun: true), request.Output, io);
            return 0;
        }
        using var passphrase = SecretSource.NewPassphrase(
            request.NewPassphraseFile,
            KeyCommand.NewPassphraseFileName,
            io
        );
        var slot = NewSlots.Make(
            header.Id,
            number,
            SlotKind.Admin,
            UtcText.Now(time),
            NewSlots.Kdf(request.Kdf),
            passphrase,
            credential.RingKey(header)
        );
        var changed = session.Files.Writer.WithSlots(
            before,
            [.. header.Slots.Where(s => s.Kind != SlotKind.Node && s != old), slot]
        );
        var report = SlotOutput.Changed(changed, header.Active.Id.Text, number, old.Number, session.Announce(changed));
        SlotOutput.Print(report, request.Output, io);
        if (request.Output == OutputFormat.Text)
            io.Say("if somebody else knows the old passphrase: \"edgekms slot remove\" makes a new ring key");
        return 0;
    }

    private static Slot Old(RingHeader header, int? number, Slot opened)
    {
        var passphrases = header.Slots.Where(s => s.Kind == SlotKind.Admin).ToList();
        if (number is { } named)
        {
            return passphrases.Find(s => s.Number == named)
                ?? throw new CommandException(
                    ExitCode.Usage,
                    string.Create(CultureInfo.InvariantCulture, $"there is no passphrase slot {named}"),
                    "\"edgekms slot list\" shows the slots"
                );
        }
        if (opened.Kind == SlotKind.Admin)
            return opened;
        return passphrases is [var only]
            ? only
            : throw new CommandException(
                ExitCode.Usage,
                "there are several passphrases: which one is to be exchanged?",
                "name its slot, as \"edgekms slot list\" shows it: edgekms slot change-passphrase NUMBER"
            );
    }
}
