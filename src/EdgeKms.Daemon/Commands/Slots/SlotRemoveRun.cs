using System.Globalization;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Commands.Slots;

/// <summary>
/// <c>slot remove</c>: a new ring key, so that the removed secret opens no later generation. Each slot that stays must be
/// made again from its secret: the passphrase that was given, the other passphrases, a new recovery code.
/// </summary>
internal static class SlotRemoveRun
{
    internal sealed record Request(
        int Number,
        string? PassphraseFile,
        string? RecoveryCodeFile,
        IReadOnlyList<string> OtherPassphraseFiles,
        bool DropOthers,
        string? NewRecoveryCodeFile,
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
        var removed = Refuse(session.Loaded.Header, request);
        using var credential = AdminCredential.Read(request.PassphraseFile, request.RecoveryCodeFile, io);
        var before = session.Open(credential);
        var header = before.Ring.Header;
        if (request.DryRun)
        {
            SlotOutput.Print(SlotOutput.Unchanged(header, null, removed.Number, dryRun: true), request.Output, io);
            return 0;
        }
        using var ringKey = SecretBytes.Random(KeyDerivation.KeySize);
        var next = new NextSlots(header, UtcText.Now(time), ringKey);
        AddPassphrases(next, header, removed, credential, request, io);
        using var code = KeepsRecovery(header, removed) ? NewRecoveryCode.Create(request.NewRecoveryCodeFile) : null;
        if (code is not null)
            next.Add(SlotKind.Recovery, new SlotKdf.HkdfSha256(), code.Secret);
        var changed = session.Change(before, code, () => session.Files.Writer.Rekey(before, ringKey, next.Slots));
        var report = SlotOutput.Changed(
            changed,
            header.Active.Id.Text,
            null,
            removed.Number,
            session.Announce(changed)
        );
        SlotOutput.Print(report, request.Output, io);
        if (request.Output == OutputFormat.Text && code is not null)
        {
            io.Say("the old recovery code no longer opens the ring");
            code.Show(io);
        }
        return 0;
    }

    private static bool KeepsRecovery(RingHeader header, Slot removed) =>
        header.Slots.Any(s => s.Kind == SlotKind.Recovery && s != removed);

    private static Slot Refuse(RingHeader header, Request request)
    {
        var removed =
            header.Slots.FirstOrDefault(s => s.Number == request.Number)
            ?? throw new CommandException(
                ExitCode.Usage,
                string.Create(CultureInfo.InvariantCulture, $"there is no slot {request.Number}"),
                "\"edgekms slot list\" shows the slots"
            );
        if (removed.Kind == SlotKind.Node)
        {
            throw new CommandException(
                ExitCode.Refused,
                "the node slot opens the ring at an unattended start and can't be removed",
                "each rotation replaces it; node.lockAfterOfflineDays locks a machine that was off for long"
            );
        }
        if (removed.Kind == SlotKind.Admin && header.Slots.Count(s => s.Kind == SlotKind.Admin) == 1)
        {
            throw new CommandException(
                ExitCode.Refused,
                "this is the last administrator passphrase: without one nobody could repair the ring",
                "add another first (edgekms slot add), or exchange it (edgekms slot change-passphrase)"
            );
        }
        if (KeepsRecovery(header, removed) && !request.DryRun)
            NewRecoveryCode.RefuseInJson(request.Output, request.NewRecoveryCodeFile, "--new-recovery-code-file");
        return removed;
    }

    private static void AddPassphrases(
        NextSlots next,
        RingHeader header,
        Slot removed,
        AdminCredential credential,
        Request request,
        IoStreams io
    )
    {
        var files = new Queue<string>(request.OtherPassphraseFiles);
        var given = credential.Unlock(header).Slot;
        foreach (var slot in header.Slots.Where(s => s.Kind == SlotKind.Admin && s != removed))
        {
            if (slot == given)
            {
                next.Add(SlotKind.Admin, slot.Kdf, credential.Secret);
                continue;
            }
            if (request.DropOthers)
                continue;
            var prompt = string.Create(CultureInfo.InvariantCulture, $"Passphrase of slot {slot.Number}");
            var file = files.TryDequeue(out var named) ? named : null;
            using var secret = new SecretInput(prompt, SlotCommands.OtherPassphraseFileName, file).Read(io);
            if (!Opens(header, slot, secret))
            {
                throw new EdgeKmsException(
                    ErrorCode.PassphraseWrong,
                    string.Create(CultureInfo.InvariantCulture, $"wrong passphrase for slot {slot.Number}")
                )
                {
                    Hint =
                        "--drop-others removes the other passphrases instead, and without --other-passphrase-file, which "
                        + $"stands for the slots in their order, each is asked for: {io.Typed.Without(SlotCommands.OtherPassphraseFileName)}",
                };
            }
            next.Add(SlotKind.Admin, slot.Kdf, secret);
        }
        if (next.Slots.Count == 0)
        {
            throw new CommandException(
                ExitCode.Refused,
                "no administrator passphrase would be left",
                "give the passphrase of a slot that stays"
            );
        }
    }

    private static bool Opens(RingHeader header, Slot slot, SecretBytes secret)
    {
        using var stretched = Argon2.Stretch(slot.Kdf, slot.Salt, secret);
        using var ringKey = SlotSeal.TryOpen(header.Id, slot, stretched);
        return ringKey is not null;
    }

    /// <summary>Slots of the next ring key, numbered after the last one of the old.</summary>
    private sealed class NextSlots(RingHeader header, DateTime now, SecretBytes ringKey)
    {
        private readonly List<Slot> _slots = [];

        internal List<Slot> Slots => _slots;

        internal void Add(SlotKind kind, SlotKdf kdf, SecretBytes secret)
        {
            var number = header.Slots[^1].Number + 1 + _slots.Count;
            _slots.Add(NewSlots.Make(header.Id, number, kind, now, kdf, secret, ringKey));
        }
    }
}
