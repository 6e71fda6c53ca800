using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Changes;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>The commands that change a ring, by the product's own policies.</summary>
internal sealed class ModelAdministrator(ModelMachine machine, Ledger ledger, BrokenRule broken)
{
    private const int MostSlots = 4;

    internal void Rotate() => Change(before => machine.Writer.Rotate(before));

    internal void AddSlot() =>
        Change(before =>
        {
            var header = before.Ring.Header;
            var slots = header.Slots.Where(s => s.Kind != SlotKind.Node).TakeLast(MostSlots - 1).ToList();
            var number = header.Slots[^1].Number + 1;
            slots.Add(ChangeBed.Slot(header.Id, number, ChangeBed.Administrator, before.Ring.RingKey));
            return machine.Writer.WithSlots(before, slots);
        });

    /// <summary>Leaves one slot, with a new ring key.</summary>
    internal void RemoveSlots() =>
        Change(before =>
        {
            var header = before.Ring.Header;
            var ringKey = SecretBytes.Random(32);
            var number = header.Slots[^1].Number + 1;
            var slot = ChangeBed.Slot(header.Id, number, ChangeBed.Administrator, ringKey);
            return machine.Writer.Rekey(before, ringKey, [slot]);
        });

    /// <summary><c>restore</c> of one of the backups.</summary>
    /// <returns>False when it was refused, since keys may be lost.</returns>
    internal bool Restore(string name, bool forced)
    {
        var file = machine.Folder.Read(name);
        using var held = machine.Store.TryLock()!;
        var ringKey = ChangeBed.Unlock(file.Header);
        var survey = AuthenticFiles.Prove(
            machine.Survey(),
            machine.Store.Survey(),
            file.Header.Id,
            ringKey,
            ChangeBed.TryUnlock
        );
        if (!forced && RestorePolicy.Refuse(survey, file.Header) is not null)
            return false;
        if (file.Open(ringKey, out var ring) != RingOutcome.Ok)
            throw new BrokenException($"the backup {name} doesn't open");
        ledger.GiveUpWhatIsNotIn(ring!, forced);
        var above = RestorePolicy.Above(survey, file.Header);
        machine.Store.SetAside(InTheWay.Of(survey, file.Header.Id, above).Contains);
        var stored = new StoredRing(ring!, file.Digest, Seen: null);
        machine.Made(
            broken == BrokenRule.RestoresWithoutANewKey
                ? machine.Writer.ReplaceTokenAbove(stored, above)
                : machine.Writer.RotateAbove(stored, above)
        );
        return true;
    }

    /// <summary><c>repair</c>: the steps are the product's, the hands are the model's.</summary>
    /// <param name="accept">With <c>--accept-rollback</c>.</param>
    /// <returns>False when it needs a reason or a backup.</returns>
    internal bool Repair(bool accept)
    {
        using var held = machine.Store.TryLock()!;
        var survey = machine.Survey();
        switch (RepairPolicy.Of(Judge.Of(survey), accept))
        {
            case RepairStep.None:
                if (survey.Newest?.Header is { } header)
                    machine.Tokens.Settle(header);
                return true;
            case RepairStep.WriteMark:
                var loaded = Newest();
                machine.Store.MarkSeen(machine.Store.Unseal(loaded, machine.Tokens.Unlock(loaded.Header)));
                return true;
            case RepairStep.SetAside:
                machine.Store.SetAside(
                    InTheWay.Of(survey, survey.Mark.Value!.Ring, survey.Mark.Value.Generation).Contains
                );
                return true;
            case RepairStep.ReplaceToken:
                return ReplaceToken(survey, accept);
            case RepairStep.CarryOn:
                return CarryOnFrom(survey, accept);
            default:
                // With RepairsBehindTheLastKey the administrator goes on where the verdict said no.
                return broken == BrokenRule.RepairsBehindTheLastKey
                    && survey.Held is null
                    && CarryOnFrom(survey, accept);
        }
    }

    private LoadedRing Newest()
    {
        var disk = machine.Store.Survey();
        return new LoadedRing(disk.Generations[0].Ring!, disk.CheckpointFile, disk.Checkpoint);
    }

    private bool ReplaceToken(MachineSurvey survey, bool accept)
    {
        var loaded = Newest();
        StoredRing stored;
        try
        {
            stored = machine.Store.Unseal(loaded, ChangeBed.Unlock(loaded.Header));
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingDamaged)
        {
            return CarryOnFrom(survey, accept);
        }
        if (machine.Tokens.Exists)
            machine.Tokens.MoveAside();
        try
        {
            machine.Made(
                accept
                    ? machine.Writer.RotateAbove(stored, stored.Ring.Header.Generation)
                    : machine.Writer.ReplaceToken(stored)
            );
            return true;
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingRolledBack)
        {
            return false;
        }
    }

    private bool CarryOnFrom(MachineSurvey survey, bool accept)
    {
        if (NewestGood() is not var (good, authentic))
            return false;
        var choice = CarryOn.From(new OpenedGeneration(good.Ring.Header, good.CheckpointIsWhole), survey, authentic);
        var isRefused = choice.Refusal is not null && broken != BrokenRule.RepairsBehindTheLastKey;
        if (!accept && isRefused)
            return false;
        if (accept)
            ledger.GiveUpWhatIsNotIn(good.Ring, forced: true);
        machine.Store.SetAside(InTheWay.Of(survey, good.Ring.Header.Id, choice.Above).Contains);
        machine.Made(
            accept && isRefused
                ? machine.Writer.RotateAbove(good, choice.Above)
                : machine.Writer.ReplaceTokenAbove(good, choice.Above)
        );
        return true;
    }

    private (StoredRing, List<int>)? NewestGood()
    {
        var disk = machine.Store.Survey();
        var authentic = new List<int>();
        foreach (var (number, file, _) in disk.Generations)
        {
            if (file is null || ChangeBed.TryUnlock(file.Header) is not { } ringKey)
                continue;
            if (file.IsAuthentic(ringKey))
                authentic.Add(number);
            try
            {
                var stored = machine.Store.Unseal(new LoadedRing(file, disk.CheckpointFile, disk.Checkpoint), ringKey);
                if (KeyWrap.FindBroken(stored.Ring) is null)
                    return (stored, authentic);
            }
            catch (EdgeKmsException)
            {
                // The one before.
            }
        }
        return null;
    }

    private void Change(Func<StoredRing, ChangedRing> change)
    {
        using var held = machine.Store.TryLock()!;
        var loaded = machine.Store.Load();
        StoredRing before;
        try
        {
            before = machine.OpenUnattended(loaded);
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            before = machine.Store.Unseal(loaded, ChangeBed.Unlock(loaded.Header));
        }
        machine.Made(change(before));
    }
}
