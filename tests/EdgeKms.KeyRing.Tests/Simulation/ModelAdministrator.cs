using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Changes;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>The commands that change a ring, by the rules of RotateRun, the slot commands, RingRepair and RestoreRun.</summary>
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
        var survey = machine.Store.Survey();
        var newest = survey.Generations.FirstOrDefault(g => g.Ring is not null)?.Ring;
        var seen = survey.Checkpoint?.Generation ?? 0;
        if (!forced && Math.Max(newest?.Header.Generation ?? 0, seen) > file.Header.Generation)
            return false;
        if (file.Open(ChangeBed.Unlock(file.Header), out var ring) != RingOutcome.Ok)
            throw new BrokenException($"the backup {name} doesn't open");
        ledger.GiveUpWhatIsNotIn(ring!, forced);
        var stored = new StoredRing(ring!, file.Digest, Seen: null);
        var highest = Math.Max(survey.Highest, seen);
        machine.Made(
            broken == BrokenRule.RestoresWithoutANewKey
                ? machine.Writer.ReplaceToken(stored, highest)
                : machine.Writer.Rotate(stored, highest)
        );
        return true;
    }

    /// <summary><c>repair</c>.</summary>
    /// <param name="accept">With <c>--accept-rollback</c>.</param>
    /// <returns>False when it needs a reason or a backup.</returns>
    internal bool Repair(bool accept)
    {
        using var held = machine.Store.TryLock()!;
        var survey = machine.Store.Survey();
        if (survey.Generations is not [var (_, newest, _), ..])
            return false;
        if (newest is null)
            return CarryOn(survey, accept);
        var header = newest.Header;
        var loaded = new LoadedRing(newest, survey.CheckpointFile, survey.Checkpoint);
        if (Contradicts(survey.Checkpoint, newest))
            return accept && CarryOn(survey, accept);
        try
        {
            var stored = machine.OpenUnattended(loaded);
            if (stored.CheckpointIsWhole)
                machine.Tokens.Settle(header);
            else
                machine.Store.MarkSeen(stored);
            return true;
        }
        catch (EdgeKmsException e) when (RingUnlock.IsTokenProblem(e.Code))
        {
            return ReplaceToken(survey, loaded, accept);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingDamaged)
        {
            return CarryOn(survey, accept);
        }
    }

    private static bool Contradicts(Checkpoint? mark, SealedRing newest) =>
        mark is not null
        && (
            mark.Ring != newest.Header.Id
            || newest.Header.Generation < mark.Generation
            || (newest.Header.Generation == mark.Generation && !mark.Digest.AsSpan().SequenceEqual(newest.Digest))
        );

    private bool ReplaceToken(RingSurvey survey, LoadedRing loaded, bool accept)
    {
        StoredRing stored;
        try
        {
            stored = machine.Store.Unseal(loaded, ChangeBed.Unlock(loaded.Header));
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.RingDamaged)
        {
            return CarryOn(survey, accept);
        }
        if (machine.Tokens.Exists)
            machine.Tokens.MoveAside();
        machine.Made(machine.Writer.ReplaceToken(stored));
        return true;
    }

    private bool CarryOn(RingSurvey survey, bool accept)
    {
        if (NewestGood(survey) is not { } good)
            return false;
        var mark = good.Seen is null ? null : survey.Checkpoint;
        var isKnown = mark is not null && good.Ring.Locate(mark.Active.Text) >= 0;
        if (!accept && !isKnown && broken != BrokenRule.RepairsBehindTheLastKey)
            return false;
        if (accept)
            ledger.GiveUpWhatIsNotIn(good.Ring, forced: true);
        var highest = Math.Max(survey.Highest, mark?.Generation ?? 0);
        machine.Made(accept ? machine.Writer.Rotate(good, highest) : machine.Writer.ReplaceToken(good, highest));
        return true;
    }

    private StoredRing? NewestGood(RingSurvey survey)
    {
        foreach (var file in survey.Generations.Select(g => g.Ring).Where(r => r is not null))
        {
            try
            {
                if (ChangeBed.TryUnlock(file!.Header) is not { } ringKey)
                    continue;
                var loaded = new LoadedRing(file, survey.CheckpointFile, survey.Checkpoint);
                var stored = machine.Store.Unseal(loaded, ringKey);
                if (KeyWrap.FindBroken(stored.Ring) is null)
                    return stored;
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
