using System.Diagnostics.CodeAnalysis;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// Brings the ring from disk into the provider (at start, when a command says that it changed, when a key id is unknown)
/// and changes it when its date has come. A ring that serves is never dropped because the one on disk can't be read.
/// </summary>
internal sealed class RingKeeper(
    EdgeKmsSettings settings,
    Provider provider,
    DaemonFigures figures,
    TimeProvider time,
    ILogger<RingKeeper> log
) : IDisposable
{
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly RingFiles _files = new(settings, time);
    private readonly SemaphoreSlim _one = new(1, 1);
    private IDisposable? _serveLock;
    private long _lastUnknown;
    private ErrorCode? _lastLogged;
    private volatile Look? _look;

    /// <summary>What stands in the way of the ring on disk; null when it is the one that serves.</summary>
    internal ErrorCode? DiskProblem { get; private set; }

    /// <summary>The ring that the node token opened when this process began to serve it; null before.</summary>
    internal RingHeader? Unlocked { get; private set; }

    /// <summary>Loads the newest generation, if it isn't the one that serves.</summary>
    /// <returns>Null when the ring on disk serves now, else what stands in the way.</returns>
    internal Task<ErrorCode?> ReloadAsync(CancellationToken cancellation) => LoadAsync(isChosen: false, cancellation);

    /// <summary>
    /// As <see cref="ReloadAsync"/>, whatever serves now: an administrator's credential brought the ring on disk there (restore), and
    /// who may call this could restart the daemon as well.
    /// </summary>
    internal Task<ErrorCode?> AdoptAsync(CancellationToken cancellation) => LoadAsync(isChosen: true, cancellation);

    private async Task<ErrorCode?> LoadAsync(bool isChosen, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            Load(holdsLock: false, isChosen);
            _lastLogged = null;
            return DiskProblem = null;
        }
        catch (EdgeKmsException e)
        {
            DiskProblem = e.Code;
            if (provider.Current.Stored is null)
                provider.Swap(new Snapshot(e.Code));
            if (_lastLogged != e.Code)
            {
                LogProblem(e);
                if (RingUnlock.IsTokenProblem(e.Code))
                    _files.Audit.TryAppend(
                        new AuditEntry(AuditEvent.UnlockRefused) { Detail = ErrorTable.Name(e.Code) }
                    );
            }
            _lastLogged = e.Code;
            return e.Code;
        }
        finally
        {
            _look = null; // whoever asks for a reload has changed the files: the next status must not say what was the matter before
            _one.Release();
        }
    }

    /// <summary>
    /// One shared reload for all calls with an unknown key id, at most one a second: kube-apiserver may ask for the same
    /// lost key a thousand times.
    /// </summary>
    /// <returns>True when it is worth to look again.</returns>
    internal async Task<bool> ReloadForUnknownKeyAsync(CancellationToken cancellation)
    {
        var before = provider.Current;
        var last = Interlocked.Read(ref _lastUnknown);
        var now = time.GetTimestamp();
        if (last != 0 && time.GetElapsedTime(last, now) < UnknownKeyInterval)
            return false;
        if (Interlocked.CompareExchange(ref _lastUnknown, now, last) == last)
            await ReloadAsync(cancellation);
        return !ReferenceEquals(before, provider.Current);
    }

    /// <summary>
    /// Rotates when the active KEK is due, and keeps the last time seen: once a day, and never backwards. However many
    /// periods were missed, it is one rotation.
    /// </summary>
    /// <exception cref="EdgeKmsException">The ring that serves goes on.</exception>
    internal async Task<RotationAdvice> KeepDatesAsync(CancellationToken cancellation)
    {
        if (provider.Current.Stored is not { } serving)
            return RotationAdvice.Wait;
        var first = Advise(serving);
        if (first != RotationAdvice.Rotate && !IsMarkDue(serving) && DiskProblem is null)
            return first;
        await _one.WaitAsync(cancellation);
        try
        {
            using var held = await _files.LockAsync(cancellation);
            Load(holdsLock: true, isChosen: false); // an administrator may have changed it meanwhile, or mended what stood in the way
            DiskProblem = null;
            var stored = provider.Current.Stored!;
            var advice = Advise(stored);
            if (advice == RotationAdvice.Rotate)
                Rotate(stored);
            else if (IsMarkDue(stored))
                provider.Replace(new Snapshot(_files.Store.MarkSeen(stored)));
            return advice;
        }
        catch (EdgeKmsException e) when (IsOfTheRing(e.Code))
        {
            DiskProblem = e.Code;
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// The verdict on the files and the ring in memory. Looked at again after 5 seconds, or when the ring has changed: a status is
    /// asked for often, and the schedule asks each minute.
    /// </summary>
    /// <param name="objects">What the ring has of the keys that the last scan counted; null where that is not known.</param>
    internal RingVerdict Verdict(ObjectsReport? objects = null)
    {
        var unreadable = objects?.Unreadable ?? 0;
        var known = _look;
        var current = provider.Current;
        if (
            known is null
            || !ReferenceEquals(known.Of, current)
            || known.Unreadable != unreadable
            || time.GetElapsedTime(known.At) >= Fresh
        )
        {
            var verdict = Judge.Of(Survey(current.Stored, objects));
            _look = known = new Look(current, time.GetTimestamp(), unreadable, verdict);
        }
        return known.Verdict;
    }

    /// <summary>
    /// Writes the ring in memory as a new generation, because its files are lost or damaged: it holds every key that this
    /// machine has announced. Not over a higher number: somebody has changed the ring since.
    /// </summary>
    /// <returns>Null when it is durable, else what stands in the way.</returns>
    internal async Task<ErrorCode?> PersistAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (provider.Current.Stored is not { } serving)
                return provider.Current.Problem;
            _files.Store.MakeDirectories();
            using var held = await _files.LockAsync(cancellation);
            var survey = Survey(serving);
            if (Judge.Of(survey) is { Case: RingCase.RestoredNotTaken or RingCase.NotTaken })
                return ErrorCode.RingChanged;
            MakeWay(survey, serving);
            var above = CarryOn
                .From(
                    new OpenedGeneration(serving.Ring.Header, IsMarkProven: survey.Mark.Proof == Proof.Proven),
                    survey,
                    []
                )
                .Above;
            var changed = Write(() => _files.Writer.ReplaceTokenAbove(serving, above));
            provider.Swap(new Snapshot(changed.Stored));
            _serveLock?.Dispose(); // the file that it is on may be gone
            _serveLock = new LinuxDirectory(settings.StateDirectory).TryLockUnwritten(RingStore.ServeLockName);
            var made = AuditEntry.Of(AuditEvent.Repaired, changed.Stored.Ring.Header);
            if (!_files.Audit.TryAppend(made with { Detail = "written from the daemon's memory" }))
                DaemonLog.AuditFailed(log);
            DaemonLog.Persisted(log, changed.Stored.Ring.Header.Generation);
            LogWarnings(changed);
            return DiskProblem = null;
        }
        catch (EdgeKmsException e)
        {
            LogProblem(e);
            return e.Code;
        }
        finally
        {
            _look = null;
            _one.Release();
        }
    }

    public void Dispose()
    {
        _serveLock?.Dispose();
        _one.Dispose();
    }

    /// <summary>What <see cref="Load"/> says of the files, as opposed to a lock or a full disk.</summary>
    private static bool IsOfTheRing(ErrorCode code) =>
        code
            is ErrorCode.RingLost
                or ErrorCode.RingMissing
                or ErrorCode.RingDamaged
                or ErrorCode.RingRolledBack
                or ErrorCode.CheckpointOtherRing
                or ErrorCode.CheckpointDamaged
                or ErrorCode.NotPrivate;

    private RotationAdvice Advise(StoredRing stored)
    {
        var advice = RotationPolicy.Advise(stored.Ring.Header, settings.RotationPeriod, UtcText.Now(time), stored.Seen);
        return advice == RotationAdvice.Rotate && settings.RotationPaused ? RotationAdvice.Wait : advice;
    }

    private bool IsMarkDue(StoredRing stored) => RotationPolicy.IsMarkDue(stored.Seen, UtcText.Now(time));

    [SuppressMessage("Reliability", "CA2000", Justification = "the snapshot owns the ring")]
    private void Rotate(StoredRing stored)
    {
        var changed = Write(() => _files.Writer.Rotate(stored));
        LogWarnings(changed);
        if (!ServingPolicy.MayAnnounce(changed.Stored.CheckpointIsWhole, servesAnother: true))
            throw Unmarked(changed.Stored.MarkProblem);
        provider.Swap(new Snapshot(changed.Stored));
        var header = changed.Stored.Ring.Header;
        DaemonLog.Rotated(log, header.Generation, header.Active.Id, stored.Ring.Active.Id);
    }

    private ChangedRing Write(Func<ChangedRing> change)
    {
        var succeeded = false;
        try
        {
            var changed = change();
            succeeded = true;
            return changed;
        }
        finally
        {
            figures.RingWritten(succeeded);
        }
    }

    private void LogWarnings(ChangedRing changed)
    {
        foreach (var warning in changed.Warnings)
            DaemonLog.ChangeWarning(log, warning.Code, warning.Text);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "the snapshot owns the ring")]
    private void Load(bool holdsLock, bool isChosen)
    {
        var loaded = _files.Store.Load();
        _serveLock ??=
            new LinuxDirectory(settings.StateDirectory).TryLockUnwritten(RingStore.ServeLockName)
            ?? throw new EdgeKmsException(ErrorCode.AlreadyServing);
        var serving = provider.Current.Stored;
        switch (ServingPolicy.Of(Held(serving), loaded.Header, loaded.Sealed.Digest, isChosen))
        {
            case TakeOver.Same:
                // The same ring; its checkpoint may be another: a command marked the time, or somebody removed it.
                var again = _files.Store.WithSeen(serving!, loaded);
                if (again.Seen != serving!.Seen)
                    provider.Replace(new Snapshot(again));
                return;
            case TakeOver.RefuseOtherRing:
                throw new EdgeKmsException(
                    ErrorCode.CheckpointOtherRing,
                    "the ring on disk is another one than the one that serves"
                );
            case TakeOver.RefuseOlder:
                throw new EdgeKmsException(
                    ErrorCode.RingRolledBack,
                    "the ring on disk is older than the one that serves"
                );
            case TakeOver.RefuseLacking:
                throw new EdgeKmsException(
                    ErrorCode.RingRolledBack,
                    "the ring on disk lacks the key that was announced last"
                );
        }

        var stored = Unseal(loaded, serving);
        if (!KeyWrap.SelfTest(stored.Ring))
            throw new EdgeKmsException(ErrorCode.SelfTestFailed);
        if (!stored.CheckpointIsWhole)
        {
            if (!isChosen && serving is null)
                RefuseAnOlderRing(stored.Ring.Header);
            DaemonLog.CheckpointNotWhole(log);
        }
        else if (ServingPolicy.IsMarkBehind(loaded.Header, loaded.Checkpoint!))
            stored = MarkBeforeAnnouncing(stored, serving, holdsLock);
        provider.Swap(new Snapshot(stored));
        var header = stored.Ring.Header;
        if (serving is null)
            Unlocked = header;
        DaemonLog.RingLoaded(log, header.Id, header.Generation, header.Active.Id, header.Keys.Count);
    }

    /// <summary>
    /// A crash or a full disk between the ring's commit and its checkpoint leaves a mark that names the generation before.
    /// It must name this one before kube-apiserver hears of its key, or a repair could fall behind that key without
    /// noticing. Where that can't be written, the ring that serves goes on; only a daemon that has none takes this one, since
    /// without it nothing could be read.
    /// </summary>
    private StoredRing MarkBeforeAnnouncing(StoredRing stored, StoredRing? serving, bool holdsLock)
    {
        EdgeKmsException? problem = null;
        try
        {
            // Somebody who holds the lock is making a change, and writes the checkpoint with it.
            using var held = holdsLock ? null : _files.Store.TryLock();
            if (holdsLock || held is not null)
                return _files.Store.MarkSeen(stored, keepLater: true);
        }
        catch (EdgeKmsException e)
        {
            problem = e;
            DaemonLog.ChangeWarning(log, e.Code, "the checkpoint could not be written");
        }
        return ServingPolicy.MayAnnounce(isMarked: false, servesAnother: serving is not null)
            ? stored
            : throw Unmarked(problem);
    }

    /// <summary>The disk's own word goes first: a full disk is no damaged checkpoint.</summary>
    private EdgeKmsException Unmarked(EdgeKmsException? why)
    {
        DiskProblem = why?.Code ?? ErrorCode.LockHeld;
        return new EdgeKmsException(
            DiskProblem.Value,
            $"the checkpoint of the newest generation can't be written, and its key is not announced before that: {why?.Detail ?? "another process is changing the key ring"}",
            why
        );
    }

    /// <summary>Without a whole checkpoint the audit log may still know that this ring is an older one.</summary>
    private void RefuseAnOlderRing(RingHeader loaded)
    {
        if (ServingPolicy.RefuseUnmarked(loaded, _files.Audit.TryFacts()) is { } told)
            throw new EdgeKmsException(ErrorCode.RingRolledBack, $"there is no whole checkpoint, and {told}");
    }

    /// <summary>Generations that the ring in memory can't be the successor of get another name.</summary>
    private void MakeWay(MachineSurvey survey, StoredRing serving)
    {
        var header = serving.Ring.Header;
        var others = InTheWay.Of(survey, header.Id, header.Generation);
        var moved = _files.Store.SetAside(others.Contains);
        if (InTheWay.IsToken(survey, header.Id))
            _files.Tokens.MoveAside();
        if (moved.Count > 0)
            DaemonLog.SetAside(log, string.Join(", ", moved));
    }

    private static HeldRing? Held(StoredRing? stored) =>
        stored is null ? null : new HeldRing(stored.Ring.Header, stored.Digest);

    private MachineSurvey Survey(StoredRing? serving, ObjectsReport? objects = null) =>
        LocalSurvey.Take(
            settings,
            _files,
            LocalSurvey.Known(settings, time) with
            {
                Held = Held(serving),
                DaemonWaits = serving is null,
                SelfTestFailed = provider.SelfTestFailed,
                UnreadableObjects = objects?.Unreadable ?? 0,
                MissingKeys = objects?.UnreadableKeys ?? [],
            }
        );

    /// <summary>With the ring key in memory, if it still fits; else with the node token.</summary>
    private StoredRing Unseal(LoadedRing loaded, StoredRing? serving)
    {
        if (serving is not null)
        {
            try
            {
                return _files.Store.Unseal(loaded, serving);
            }
            catch (EdgeKmsException)
            {
                // The ring may have got a new ring key; the token decides.
            }
        }
        return _files.OpenUnattended(loaded);
    }

    private void LogProblem(EdgeKmsException e)
    {
        if (provider.Current.Stored is null)
            DaemonLog.RingUnusable(log, e.Code, e.Detail ?? "-");
        else
            DaemonLog.ReloadFailed(log, e.Code, e.Detail ?? "-");
    }

    private sealed record Look(Snapshot Of, long At, long Unreadable, RingVerdict Verdict);
}
