using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>Years of one machine with its API server: events drawn from a seed, invariants after each.</summary>
internal sealed class World
{
    private readonly Dice _dice;
    private readonly ModelClock _clock = new();
    private readonly ModelMachine _machine;
    private readonly ModelApiServer _api;
    private readonly ModelAdministrator _administrator;
    private readonly BrokenRule _broken;
    private string _doing = "start";

    private ModelDaemon? Daemon
    {
        get => _machine.Daemon;
        set => _machine.Daemon = value;
    }

    internal World(ulong seed, BrokenRule broken)
    {
        (_dice, _broken) = (new Dice(seed), broken);
        var lockAfter = _dice.OneIn(4) ? 90 : 0;
        _machine = new ModelMachine(_clock, Ledger, broken, lockAfter, backupRequired: _dice.OneIn(2));
        _api = new ModelApiServer(_clock, Ledger);
        _administrator = new ModelAdministrator(_machine, Ledger, broken);
    }

    internal Ledger Ledger { get; } = new();

    internal int PowerCuts { get; private set; }

    internal int Repairs { get; private set; }

    internal int Restores { get; private set; }

    /// <exception cref="BrokenException">Says what and when.</exception>
    internal void Run(TimeSpan length)
    {
        try
        {
            _machine.Init();
            StartDaemon();
            while (_clock.True < length)
                Happen();
            _doing = "the end";
            _clock.Error = TimeSpan.Zero;
            CutThePower();
        }
        catch (Exception e) when (e is BrokenException or EdgeKmsException or PowerCutException)
        {
            throw new BrokenException($"{_doing}, day {_clock.True.TotalDays:F1}, {_clock.Wall:s}: {e.Message}\n{e}");
        }
    }

    private void Happen()
    {
        switch (_dice.Next(20))
        {
            case < 6:
                Do("live", () => Live(40));
                break;
            case 6:
                Do("the clock jumps", JumpClock);
                break;
            case 7 or 8:
                Do("power cut in a change", CutInAChange);
                break;
            case 9:
                Do("off", () => Off(_dice.Of(3, 31, 60, 400)));
                break;
            case 10:
                Do("a disk fails", FailADisk);
                break;
            case 11:
                Do("the daemon restarts", RestartDaemon);
                break;
            case 12:
                Do("the API server restarts", RestartApiServer);
                break;
            case 13:
                Do("rotate", () => Command(_administrator.Rotate));
                break;
            case 14:
                Do("slots", ChangeSlots);
                break;
            case 15:
                Do("restore", Restore);
                break;
            case 16:
                Do("the token is damaged", () => Damage(() => _machine.DamageToken(_dice)));
                break;
            case 17:
                Do("the newest generation is damaged", () => Damage(() => _machine.DamageNewest(_dice)));
                break;
            case 18:
                Do("paused", () => _machine.IsPaused = !_machine.IsPaused);
                break;
            default:
                if (_dice.OneIn(2))
                    Do("the checkpoint is lost", () => Damage(_machine.LoseCheckpoint));
                else
                    Do("the disk is lost", LoseTheDisk);
                break;
        }
    }

    private void Do(string what, Action action)
    {
        _doing = what;
        action();
        Live(3);
    }

    private void Live(int days)
    {
        var end = _clock.True + _dice.Between(TimeSpan.FromHours(1), TimeSpan.FromDays(days));
        while (_clock.True < end)
        {
            var step = _dice.Between(TimeSpan.FromHours(1), TimeSpan.FromDays(9));
            // The first poll of the stretch may bring a new key; the others say the same.
            _clock.Advance(ModelApiServer.Poll);
            _api.Check(Daemon);
            _clock.Advance(step);
            _api.PolledUntilNow(Daemon, step);
            MustWrite();
            Look();
            Poll();
            MustWrite();
        }
    }

    private void MustWrite()
    {
        if (!_api.Write() && Daemon?.Serving is not null)
            throw new BrokenException("a write failed though the daemon serves");
    }

    private void Poll()
    {
        if (!_api.Check(Daemon, _dice.OneIn(4) ? Look : null) && Daemon?.Serving is not null)
            throw new BrokenException("the API server got no seed though the daemon serves");
    }

    /// <summary>The schedule looks at the dates. Each rule of the schedule is checked with what was before.</summary>
    private void Look()
    {
        if (Daemon?.Serving is not { } before)
            return;
        var (changes, wall, wasWell) = (_machine.Changes, _clock.Wall, Daemon.DiskProblem is null);
        try
        {
            Daemon.Look();
        }
        catch (EdgeKmsException)
        {
            return; // said in the log and the status; tried again
        }
        var made = _machine.Changes - changes;
        if (made > 1)
            throw new BrokenException($"{made} rotations at once");
        if (made == 1 && wasWell && wall - before.Ring.Active.Activated < ModelMachine.Period)
            throw new BrokenException("a rotation before its time");
        if (made == 1 && wasWell && before.Seen is { } seen && wall < seen.AddSeconds(-1))
            throw new BrokenException($"a rotation at {wall:s}, but {seen:s} was seen");
        var after = Daemon.Serving!;
        var isLate = wall >= RotationPolicy.Due(after.Ring.Header, ModelMachine.Period).AddSeconds(1);
        if (isLate && !_machine.IsPaused && Daemon.DiskProblem is null && !(after.Seen > wall))
            throw new BrokenException("a rotation that was due was not made");
        try
        {
            Daemon.Look();
        }
        catch (EdgeKmsException)
        {
            return;
        }
        if (made == 1 && _machine.Changes > changes + 1)
            throw new BrokenException("a second rotation right after the first");
    }

    private void JumpClock()
    {
        _clock.Error = _dice.Of(
            TimeSpan.FromHours(-5),
            TimeSpan.FromDays(-2000),
            TimeSpan.FromDays(-20000),
            TimeSpan.FromDays(20),
            TimeSpan.FromDays(1500)
        );
        var paused = _machine.IsPaused;
        _machine.IsPaused |= _dice.OneIn(3);
        if (_dice.OneIn(3))
            CutThePower();
        Live(_dice.Of(1, 40));
        _machine.IsPaused = paused;
        if (_dice.OneIn(5))
            return; // nobody corrects it for now
        _clock.Error = TimeSpan.Zero;
        Live(40);
        if (_dice.OneIn(2))
            Command(_administrator.Rotate); // which ends the wait for a date that was never
    }

    private void CutInAChange()
    {
        var at = 1 + _dice.Next(90);
        _machine.Use(
            _dice.OneIn(3)
                ? new Steps
                {
                    ErrorAt = at,
                    Error = ErrorCode.StorageFailed,
                    PowerCutAt = at + 1 + _dice.Next(90),
                }
                : new Steps { PowerCutAt = at }
        );
        try
        {
            switch (_dice.Next(5))
            {
                case 0:
                    Command(_administrator.Rotate);
                    break;
                case 1:
                    ChangeSlots();
                    break;
                case 2:
                    Restore();
                    break;
                case 3:
                    Damage(() => _machine.DamageToken(_dice));
                    break;
            }
            Live(40);
            _machine.Use(new Steps());
        }
        catch (PowerCutException)
        {
            CutThePower();
            if (_dice.OneIn(3))
                Damage(() => _machine.DamageNewest(_dice));
        }
    }

    private void FailADisk()
    {
        var code = _dice.Of(ErrorCode.StorageFull, ErrorCode.StorageReadOnly, ErrorCode.StorageFailed);
        var fault = new Steps
        {
            ErrorAt = 1 + _dice.Next(40),
            Error = code,
            ErrorStays = true,
            ErrorSparesReads = code != ErrorCode.StorageFailed,
        };
        if (_dice.OneIn(3))
            _machine.Use(fault);
        else
            _machine.Use(_dice.Next(3), fault);
        if (_dice.OneIn(2))
            Command(_administrator.Rotate);
        Live(45);
        if (_dice.OneIn(2))
            Command(_administrator.Rotate);
        Live(10);
        if (_dice.OneIn(2))
            CutThePower();
        _machine.Use(new Steps());
        if (_dice.OneIn(2))
            Damage(() => _machine.DamageNewest(_dice));
    }

    private void Off(int days)
    {
        (Daemon, PowerCuts) = (null, PowerCuts + 1);
        _api.Restart();
        _machine.PowerCut(_dice);
        _clock.Advance(_dice.Between(TimeSpan.FromMinutes(1), TimeSpan.FromDays(days)));
        StartDaemon();
    }

    private void CutThePower() => Off(1);

    private void RestartDaemon()
    {
        Poll();
        var before = Daemon;
        Daemon = null;
        var away = _dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(6));
        _clock.Advance(away);
        var writes = _api.Write();
        if (before?.Serving is not null && writes != away <= TimeSpan.FromMinutes(3))
            throw new BrokenException($"after {away} without the daemon a write gave {writes}");
        StartDaemon();
    }

    private void RestartApiServer()
    {
        if (_dice.OneIn(2))
            Daemon = null;
        _api.Restart();
        if (Daemon is null)
        {
            Poll();
            if (Ledger.Objects.Any(o => _api.Read(Daemon, o)))
                throw new BrokenException("a read without a seed: the model is wrong");
            StartDaemon();
        }
        Poll();
        CheckObjects();
    }

    private void ChangeSlots() => Command(_dice.OneIn(3) ? _administrator.RemoveSlots : _administrator.AddSlot);

    private void Restore()
    {
        var names = Backups();
        if (names.Count == 0)
            return;
        var forced = _dice.OneIn(2);
        Restores++;
        var isDone = false;
        Command(
            () => isDone = _administrator.Restore(forced ? names[_dice.Next(names.Count)] : names[^1], forced),
            () => isDone
        );
        CheckObjects();
    }

    private void LoseTheDisk()
    {
        if (Backups() is not [.., var newest])
            return;
        Daemon = null;
        _api.Restart();
        _machine.LoseEverything();
        Restores++;
        if (!_administrator.Restore(newest, forced: false))
            throw new BrokenException("a bare machine refuses a backup");
        _machine.IsHurt = false;
        StartDaemon();
    }

    private void Damage(Action damage)
    {
        damage();
        Live(40);
        RestartDaemon();
    }

    /// <summary>What an administrator does; a command that fails says so, and the daemon is told of one that did not.</summary>
    private void Command(Action command, Func<bool>? isChosen = null)
    {
        try
        {
            command();
        }
        catch (EdgeKmsException)
        {
            return;
        }
        Daemon?.Reload(isChosen?.Invoke() == true);
        _clock.Advance(TimeSpan.FromSeconds(_dice.Next(60)));
        Poll();
    }

    private void StartDaemon()
    {
        Daemon = new ModelDaemon(_machine, Ledger, _broken);
        if (Load() is { } problem)
        {
            if (!_machine.IsHurt && !(problem == ErrorCode.NodeLocked && _machine.LockAfterDays > 0))
                throw new BrokenException($"a daemon that was only stopped doesn't serve: {problem}");
            Repairs++;
            try
            {
                Mend();
            }
            catch (EdgeKmsException)
            {
                Mend(); // the administrator tries it again
            }
        }
        _machine.IsHurt = false;
        _clock.Advance(TimeSpan.FromSeconds(_dice.Next(10)));
        Poll();
        if (!_api.HasSeed)
            throw new BrokenException("the API server has no seed after the daemon's start");
        MustWrite();
        Look();
        CheckObjects();
    }

    /// <summary>A disk may fail once: the service manager starts the daemon again.</summary>
    private ErrorCode? Load() =>
        Daemon!.Reload() is { } problem && problem != ErrorCode.StorageFailed ? problem : Daemon.Reload();

    private void Mend()
    {
        if (!_administrator.Repair(accept: false))
        {
            var restored = Backups() is [.., var newest] && _administrator.Restore(newest, forced: false);
            if (!restored && !_administrator.Repair(accept: true))
                throw new BrokenException($"nothing mends the ring: {KeyRing.Verdict.Judge.Of(_machine.Survey())}");
        }
        if (Load() is { } still)
            throw new BrokenException($"the daemon doesn't serve after a repair: {still}");
    }

    private IReadOnlyList<string> Backups() => _machine.Folder.List(_machine.RingId);

    private void CheckObjects()
    {
        if (Daemon?.Serving is null)
            return;
        foreach (var stored in Ledger.Objects)
        {
            if (!_api.Read(Daemon, stored))
                throw new BrokenException($"an object of {stored.KeyId} can't be read");
        }
    }
}
