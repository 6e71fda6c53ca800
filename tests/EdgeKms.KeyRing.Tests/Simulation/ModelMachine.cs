using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Changes;
using EdgeKms.KeyRing.Tests.RingFile;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>The disks of one machine, the real store and writer on them, and what can happen to them.</summary>
internal sealed class ModelMachine
{
    internal const int Keep = 5;
    internal static readonly TimeSpan Period = TimeSpan.FromDays(30);
    internal const string TokenName = "node.token";

    private readonly Ledger _ledger;
    private readonly BrokenRule _broken;
    private readonly bool _backupRequired;
    private MemoryDirectory _state = new("/state", new Steps());
    private MemoryDirectory _ring = new("/state/ring", new Steps());
    private MemoryDirectory _backups = new("/backups", new Steps());

    internal ModelMachine(ModelClock clock, Ledger ledger, BrokenRule broken, int lockAfterDays, bool backupRequired)
    {
        (Clock, _ledger, _broken, LockAfterDays, _backupRequired) = (
            clock,
            ledger,
            broken,
            lockAfterDays,
            backupRequired
        );
        Mount();
    }

    internal ModelClock Clock { get; }

    internal int LockAfterDays { get; }

    internal bool IsPaused { get; set; }

    /// <summary>True while more than a power cut stands in the way of an unattended start.</summary>
    internal bool IsHurt { get; set; }

    internal int Changes { get; private set; }

    /// <summary>The process that serves; null while it doesn't run.</summary>
    internal ModelDaemon? Daemon { get; set; }

    internal RingId RingId { get; private set; } = null!;

    internal RingStore Store { get; private set; } = null!;

    internal NodeTokenFile Tokens { get; private set; } = null!;

    internal BackupFolder Folder { get; private set; } = null!;

    internal RingWriter Writer { get; private set; } = null!;

    internal void Init()
    {
        var (id, first, kek) = KekRing.CreateFirst(UtcText.Now(Clock));
        RingId = id;
        var ringKey = SecretBytes.Random(32);
        Slot[] slots = [ChangeBed.Slot(id, 1, ChangeBed.Administrator, ringKey)];
        Made(Writer.Create(id, ringKey, slots, (_, all) => KekRing.Create(id, first, kek, ringKey, all)));
    }

    internal ChangedRing Made(ChangedRing changed)
    {
        Changes++;
        if (changed.Backup is not null)
            _ledger.BackedUp(changed.Stored.Ring.Header);
        return changed;
    }

    internal StoredRing OpenUnattended(LoadedRing loaded) =>
        NodeAccess.Open(Store, loaded, Tokens, LockAfterDays, UtcText.Now(Clock));

    internal MachineSurvey Survey() =>
        new Surveyor(Store, Tokens, Folder, null, LockAfterDays).Take(
            new MachineSurvey
            {
                StateDirectory = "/state",
                Now = UtcText.Now(Clock),
                Mark = SurveyedMark.None,
                Node = new SurveyedNode(false, TokenName, null),
                DaemonWaits = Daemon is { Serving: null },
                Held = Daemon?.Serving is { } serving ? new HeldRing(serving.Ring.Header, serving.Digest) : null,
            }
        );

    internal void PowerCut(Dice dice)
    {
        _state = _state.Reboot(dice.OneIn(2), dice.OneIn(2));
        _ring = _ring.Reboot(dice.OneIn(2), dice.OneIn(2));
        _backups = _backups.Reboot(dice.OneIn(2), dice.OneIn(2));
        Mount();
    }

    internal void Use(Steps steps) => (_state.Steps, _ring.Steps, _backups.Steps) = (steps, steps, steps);

    internal void Use(int disk, Steps steps)
    {
        var directory = disk switch
        {
            0 => _state,
            1 => _ring,
            _ => _backups,
        };
        directory.Steps = steps;
    }

    internal void DamageToken(Dice dice)
    {
        IsHurt = true;
        if (_state.Peek(TokenName) is { } token && dice.OneIn(2))
            _state.Put(TokenName, Given.Flip(token, dice.Next(token.Length * 8)));
        else
            _state.Remove(TokenName);
    }

    internal void LoseCheckpoint() => _state.Remove(RingStore.CheckpointName);

    internal void DamageNewest(Dice dice)
    {
        IsHurt = true;
        var name = _ring.List().Where(n => n.StartsWith("ring-")).Max(StringComparer.Ordinal)!;
        var file = _ring.Peek(name)!;
        _ring.Put(name, Given.Flip(file, dice.Next(file.Length * 8)));
    }

    /// <summary>Another disk, as bare as from the shop; the backups are elsewhere.</summary>
    internal void LoseEverything()
    {
        IsHurt = true;
        (_state, _ring) = (new("/state", new Steps()), new("/state/ring", new Steps()));
        Mount();
    }

    private void Mount()
    {
        Store = new RingStore(_state, _ring, Clock);
        Tokens = new NodeTokenFile(
            _broken == BrokenRule.PromotesTheTokenBeforeTheCommit ? new EagerTokenDirectory(_state) : _state,
            TokenName
        );
        Folder = new BackupFolder(_backups, Keep);
        Writer = new RingWriter(Store, Tokens, Folder, _backupRequired, Clock);
    }
}
