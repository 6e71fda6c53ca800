using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>
/// One process of edgekmsd: RingKeeper, RotationLoop's look and Provider, without threads. What it may take over, announce and
/// encrypt with are the product's own policies.
/// </summary>
internal sealed class ModelDaemon(ModelMachine machine, Ledger ledger, BrokenRule broken)
{
    private KekEntry? _announced;

    internal StoredRing? Serving { get; private set; }

    internal ErrorCode Problem { get; private set; } = ErrorCode.RingMissing;

    /// <summary>What stands in the way of the ring on disk; tried again at each look.</summary>
    internal ErrorCode? DiskProblem { get; private set; }

    internal ErrorCode? Reload(bool isChosen = false)
    {
        try
        {
            Load(holdsLock: false, isChosen);
            return DiskProblem = null;
        }
        catch (EdgeKmsException e)
        {
            DiskProblem = e.Code;
            if (Serving is null)
                Problem = e.Code;
            return e.Code;
        }
    }

    /// <summary>RingKeeper.KeepDatesAsync.</summary>
    internal RotationAdvice Look()
    {
        if (Serving is not { } serving)
            return RotationAdvice.Wait;
        if (Advise(serving) is not RotationAdvice.Rotate && !IsMarkDue(serving) && DiskProblem is null)
            return Advise(serving);
        using var held = machine.Store.TryLock() ?? throw new EdgeKmsException(ErrorCode.LockHeld);
        Load(holdsLock: true, isChosen: false);
        DiskProblem = null;
        var stored = Serving!;
        var advice = Advise(stored);
        if (advice == RotationAdvice.Rotate)
            Rotate(stored);
        else if (IsMarkDue(stored))
            Serving = machine.Store.MarkSeen(stored);
        return advice;
    }

    internal string Status()
    {
        if (Serving is null)
            throw new EdgeKmsException(Problem);
        _announced = Serving.Ring.Active;
        return _announced.Id.Text;
    }

    internal (byte[] Envelope, string KeyId) Encrypt(byte[] seed)
    {
        var ring = Serving?.Ring ?? throw new EdgeKmsException(Problem);
        var key =
            broken == BrokenRule.EncryptsWithTheNewestKey ? ring.Active : ServingPolicy.EncryptsWith(ring, _announced);
        return (KeyWrap.Wrap(ring, key, seed), key.Id.Text);
    }

    internal byte[] Decrypt(string keyId, byte[] envelope)
    {
        try
        {
            return KeyWrap.Unwrap(Serving?.Ring ?? throw new EdgeKmsException(Problem), keyId, envelope);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.KeyUnknown)
        {
            Reload();
            return KeyWrap.Unwrap(Serving!.Ring, keyId, envelope);
        }
    }

    private RotationAdvice Advise(StoredRing stored)
    {
        var seen = broken == BrokenRule.RotatesWithTheClockBehind ? null : stored.Seen;
        var advice = RotationPolicy.Advise(stored.Ring.Header, ModelMachine.Period, UtcText.Now(machine.Clock), seen);
        return advice == RotationAdvice.Rotate && machine.IsPaused ? RotationAdvice.Wait : advice;
    }

    private bool IsMarkDue(StoredRing stored) => RotationPolicy.IsMarkDue(stored.Seen, UtcText.Now(machine.Clock));

    private void Rotate(StoredRing stored)
    {
        var times = 1;
        if (broken == BrokenRule.RotatesOncePerMissedPeriod)
        {
            var active = stored.Ring.Active.Activated!.Value;
            times = Math.Max(1, (int)((machine.Clock.Wall - active) / ModelMachine.Period));
        }
        for (; times > 0; times--)
        {
            var changed = machine.Made(machine.Writer.Rotate(stored));
            // The old ring serves on until the checkpoint names the new one: the next look tries again.
            if (!MayAnnounce(changed.Stored.CheckpointIsWhole, servesAnother: true))
            {
                DiskProblem = ErrorCode.CheckpointDamaged;
                return;
            }
            Swap(changed.Stored);
            stored = changed.Stored;
        }
    }

    private bool MayAnnounce(bool isMarked, bool servesAnother) =>
        broken == BrokenRule.AnnouncesWhatItCouldNotMark || ServingPolicy.MayAnnounce(isMarked, servesAnother);

    private void Load(bool holdsLock, bool isChosen)
    {
        var loaded = machine.Store.Load();
        var held = Serving is null ? null : new HeldRing(Serving.Ring.Header, Serving.Digest);
        switch (ServingPolicy.Of(held, loaded.Header, loaded.Sealed.Digest, isChosen))
        {
            case TakeOver.Same:
                Serving = machine.Store.WithSeen(Serving!, loaded);
                return;
            case TakeOver.RefuseOtherRing:
                throw new EdgeKmsException(ErrorCode.CheckpointOtherRing);
            case TakeOver.RefuseOlder or TakeOver.RefuseLacking:
                throw new EdgeKmsException(ErrorCode.RingRolledBack);
        }
        var stored = Unseal(loaded);
        if (!KeyWrap.SelfTest(stored.Ring))
            throw new EdgeKmsException(ErrorCode.SelfTestFailed);
        if (stored.CheckpointIsWhole && loaded.Checkpoint!.Generation < loaded.Header.Generation)
            stored = MarkBeforeAnnouncing(stored, holdsLock);
        Swap(stored);
    }

    private StoredRing MarkBeforeAnnouncing(StoredRing stored, bool holdsLock)
    {
        if (broken == BrokenRule.SkipsMarkBeforeAnnouncing)
            return stored;
        try
        {
            using var held = holdsLock ? null : machine.Store.TryLock();
            if (holdsLock || held is not null)
                return machine.Store.MarkSeen(stored, keepLater: true);
        }
        catch (EdgeKmsException)
        {
            // Not marked.
        }
        return MayAnnounce(isMarked: false, servesAnother: Serving is not null)
            ? stored
            : throw new EdgeKmsException(ErrorCode.LockHeld);
    }

    private StoredRing Unseal(LoadedRing loaded)
    {
        if (Serving is not null)
        {
            try
            {
                return machine.Store.Unseal(loaded, Serving);
            }
            catch (EdgeKmsException)
            {
                // The ring may have got a new ring key; the token decides.
            }
        }
        return machine.OpenUnattended(loaded);
    }

    private void Swap(StoredRing stored)
    {
        ledger.Know(stored.Ring);
        Serving = stored;
    }
}
