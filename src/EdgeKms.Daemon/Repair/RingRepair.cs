using EdgeKms.Contract.Failures;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;
using static System.FormattableString;

namespace EdgeKms.Daemon.Repair;

/// <summary>
/// Carries out what <see cref="RepairPolicy"/> says, under the write lock. It never carries on from a ring that lacks the key that
/// this machine used last, unless an administrator says so and why.
/// </summary>
/// <param name="files">The ring.</param>
/// <param name="log">Findings, plan, actions.</param>
/// <param name="credentials">Read when they are needed.</param>
/// <param name="acceptRollback">The administrator's reason; null where none was given.</param>
/// <param name="io">Where a warning goes.</param>
internal sealed class RingRepair(
    RingFiles files,
    RepairLog log,
    AdminCredentials credentials,
    string? acceptRollback,
    IoStreams io
)
{
    /// <returns>The generation that was made; null where the newest one stays.</returns>
    internal ChangedRing? Mend(RepairStep step, RingVerdict verdict, MachineSurvey survey)
    {
        switch (step)
        {
            case RepairStep.WriteMark:
                WriteMark(verdict);
                return null;
            case RepairStep.SetAside:
                SetAside(verdict, survey);
                return null;
            case RepairStep.ReplaceToken:
                return ReplaceToken(verdict, survey);
            case RepairStep.CarryOn:
                return CarryOnFrom(GoodGeneration.Find(files.Store, credentials, log, io), survey);
            default:
                Settle();
                return null;
        }
    }

    /// <summary>What a power cut left of a change.</summary>
    private void Settle()
    {
        if (files.Store.Survey().Generations is [{ Ring: { } newest }, ..])
            files.Tokens.Settle(newest.Header);
    }

    private void WriteMark(RingVerdict verdict)
    {
        var on = files.Store.Survey();
        var newest = on.Generations[0].Ring!;
        var loaded = new LoadedRing(newest, on.CheckpointFile, on.Checkpoint);
        var stored = files.Store.MarkSeen(files.Store.Unseal(loaded, files.Tokens.Unlock(newest.Header)));
        log.Done("wrote a new checkpoint");
        files.Record(io, AuditEvent.Repaired, stored.Ring.Header, verdict.Text);
    }

    private void SetAside(RingVerdict verdict, MachineSurvey survey)
    {
        MakeWay(survey, survey.Mark.Value!.Ring, survey.Mark.Value.Generation);
        if (files.Store.Survey().Generations is [{ Ring: { } newest }, ..])
            files.Record(io, AuditEvent.Repaired, newest.Header, verdict.Text);
    }

    private ChangedRing ReplaceToken(RingVerdict verdict, MachineSurvey survey)
    {
        var on = files.Store.Survey();
        var newest = on.Generations[0].Ring!;
        using var administrator = credentials.For(newest.Header);
        var loaded = new LoadedRing(newest, on.CheckpointFile, on.Checkpoint);
        StoredRing stored;
        try
        {
            stored = files.Store.Unseal(loaded, administrator.Unlock(newest.Header).RingKey);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingDamaged)
        {
            log.Found(e.Detail!);
            log.Plan("carry on from the newest good generation that holds the key which was used last");
            return CarryOnFrom(GoodGeneration.Find(files.Store, credentials, log, io), survey);
        }
        if (files.Tokens.Exists)
            log.Done($"kept the old token as {files.Tokens.MoveAside()}");
        // Without a reason an older ring is not made the right one: the writer asks the log and the backups.
        var changed = acceptRollback is null
            ? files.Writer.ReplaceToken(stored)
            : files.Writer.RotateAbove(stored, stored.Ring.Header.Generation);
        log.Done(Made(changed, "with a new node slot"));
        files.Record(
            io,
            acceptRollback is null ? AuditEvent.Repaired : AuditEvent.RollbackAccepted,
            changed.Stored.Ring.Header,
            acceptRollback ?? verdict.Text
        );
        log.Done($"wrote the node token {files.Tokens.FullPath}");
        return changed;
    }

    private ChangedRing CarryOnFrom(GoodGeneration good, MachineSurvey survey)
    {
        var header = good.Stored.Ring.Header;
        var choice = CarryOn.From(
            new OpenedGeneration(header, IsMarkProven: good.Stored.CheckpointIsWhole),
            survey,
            good.Authentic
        );
        if (choice.Refusal is { } refusal && acceptRollback is null)
        {
            throw new CommandException(
                ExitCode.Damaged,
                refusal,
                string.Join("; ", BackupChoice.WaysBack(survey).Select(w => w.Hint))
            );
        }
        MakeWay(survey, header.Id, choice.Above);
        var changed =
            acceptRollback is null || choice.Refusal is null
                ? files.Writer.ReplaceTokenAbove(good.Stored, choice.Above)
                : files.Writer.RotateAbove(good.Stored, choice.Above);
        log.Done(Made(changed, Invariant($"from generation {header.Generation}, with a new node slot")));
        if (acceptRollback is not null && choice.Refusal is not null)
        {
            log.Done($"made {changed.Stored.Ring.Active.Id} active");
            files.Record(io, AuditEvent.RollbackAccepted, changed.Stored.Ring.Header, acceptRollback);
        }
        files.Record(
            io,
            AuditEvent.Repaired,
            changed.Stored.Ring.Header,
            Invariant($"carried on from generation {header.Generation}")
        );
        log.Done($"wrote the node token {files.Tokens.FullPath} and a new checkpoint");
        SayWhatOpens(changed);
        return changed;
    }

    /// <summary>The slots are those of the older generation: a passphrase that was changed since opens nothing any more.</summary>
    private void SayWhatOpens(ChangedRing changed)
    {
        foreach (var slot in changed.Stored.Ring.Header.Slots.Where(s => s.Kind != SlotKind.Node))
        {
            log.Done(
                Invariant(
                    $"in force: {(slot.Kind == SlotKind.Admin ? "the passphrase" : "the recovery code")} of {UtcText.Format(slot.Created)} (slot {slot.Number})"
                )
            );
        }
    }

    private void MakeWay(MachineSurvey survey, RingId ring, int above)
    {
        foreach (var name in files.Store.SetAside(InTheWay.Of(survey, ring, above).Contains))
            log.Done($"kept what was in the way as {name}");
    }

    private static string Made(ChangedRing changed, string how) =>
        Invariant($"made generation {changed.Stored.Ring.Header.Generation} {how}");
}
