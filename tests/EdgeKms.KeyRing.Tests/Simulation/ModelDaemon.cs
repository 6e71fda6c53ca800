using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>
/// One process of edgekmsd: RingKeeper, RotationLoop's look and Provider, without threads. A change there is a change
/// here. A generation that the checkpoint doesn't name yet, and that can't be marked now, takes the place of nothing that
/// serves: it may not be durable, and a repair could fall behind its key.
/// </summary>
internal sealed class ModelDaemon(ModelMachine machine, Ledger ledger, BrokenRule broken)
{
    private static readonly TimeSpan MarkInterval = TimeSpan.FromDays(1);
    private KekEntry? _announced;

    internal StoredRing? Serving { get; private set; }

    internal ErrorCode Problem { get; private set; } = ErrorCode.RingMissing;

    /// <summary>What stands in the way of the ring on disk; tried again at each look.</summary>
    internal ErrorCode? DiskProblem { get; private set; }

    internal ErrorCode? Reload()
    {
        try
        {
            Load(holdsLock: false);
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
        Load(holdsLock: true);
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
            _announced is { } announced
            && ring.Locate(announced.Id.Text) >= 0
            && broken != BrokenRule.EncryptsWithTheNewestKey
                ? announced
                : ring.Active;
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

    private bool IsMarkDue(StoredRing stored) =>
        stored.Seen is { } seen && UtcText.Now(machine.Clock) - seen >= MarkInterval;

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
            if (!changed.Stored.CheckpointIsWhole && broken != BrokenRule.AnnouncesWhatItCouldNotMark)
            {
                DiskProblem = ErrorCode.CheckpointDamaged;
                return;
            }
            Swap(changed.Stored);
            stored = changed.Stored;
        }
    }

    private void Load(bool holdsLock)
    {
        var loaded = machine.Store.Load();
        if (Serving is not null && Serving.Digest.AsSpan().SequenceEqual(loaded.Sealed.Digest))
        {
            Serving = machine.Store.WithSeen(Serving, loaded);
            return;
        }
        if (Serving is not null && loaded.Header.Id != Serving.Ring.Header.Id)
            throw new EdgeKmsException(ErrorCode.CheckpointOtherRing);
        if (Serving is not null && loaded.Header.Generation <= Serving.Ring.Header.Generation)
            throw new EdgeKmsException(ErrorCode.RingRolledBack);
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
            return Serving is null ? stored : throw new EdgeKmsException(ErrorCode.LockHeld);
        }
        catch (EdgeKmsException) when (Serving is null || broken == BrokenRule.AnnouncesWhatItCouldNotMark)
        {
            return stored;
        }
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
