using System.Diagnostics.CodeAnalysis;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Kms;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// Brings the ring from disk into the provider: at start, when a command says that it changed, and when a key id is
/// unknown. A ring that serves is never dropped because the one on disk can't be read.
/// </summary>
internal sealed class RingKeeper(
    EdgeKmsSettings settings,
    Provider provider,
    TimeProvider time,
    ILogger<RingKeeper> log
) : IDisposable
{
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(1);

    private readonly RingStore _store = RingStore.Open(settings.StateDirectory, time);
    private readonly SemaphoreSlim _one = new(1, 1);
    private IDisposable? _serveLock;
    private SecretBytes? _ringKey;
    private long _lastUnknown;
    private ErrorCode? _lastLogged;

    /// <summary>What stands in the way of the ring on disk; null when it is the one that serves.</summary>
    internal ErrorCode? DiskProblem { get; private set; }

    /// <summary>Loads the newest generation, if it isn't the one that serves.</summary>
    /// <returns>Null when the ring on disk serves now, else what stands in the way.</returns>
    internal async Task<ErrorCode?> ReloadAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            Load();
            _lastLogged = null;
            return DiskProblem = null;
        }
        catch (EdgeKmsException e)
        {
            DiskProblem = e.Code;
            if (provider.Current.Stored is null)
                provider.Swap(new Snapshot(e.Code));
            if (_lastLogged != e.Code)
                LogProblem(e);
            _lastLogged = e.Code;
            return e.Code;
        }
        finally
        {
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

    public void Dispose()
    {
        _serveLock?.Dispose();
        _ringKey?.Dispose();
        _one.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "the snapshot owns the ring, the keeper the ring key")]
    private void Load()
    {
        var loaded = _store.Load();
        _serveLock ??=
            new LinuxDirectory(settings.StateDirectory).TryLock(RingStore.ServeLockName)
            ?? throw new EdgeKmsException(ErrorCode.AlreadyServing);
        var serving = provider.Current.Stored;
        if (serving is not null && serving.Digest.AsSpan().SequenceEqual(loaded.Sealed.Digest))
            return;
        if (serving is not null && loaded.Header.Id != serving.Ring.Header.Id)
            throw new EdgeKmsException(
                ErrorCode.CheckpointOtherRing,
                "the ring on disk is another one than the one that serves"
            );
        if (serving is not null && loaded.Header.Generation <= serving.Ring.Header.Generation)
            throw new EdgeKmsException(ErrorCode.RingRolledBack, "the ring on disk is older than the one that serves");

        var (stored, key) = Unseal(loaded);
        if (!KeyWrap.SelfTest(stored.Ring))
            throw new EdgeKmsException(ErrorCode.SelfTestFailed);
        if (!stored.CheckpointIsWhole)
            DaemonLog.CheckpointNotWhole(log);
        if (!ReferenceEquals(key, _ringKey))
        {
            _ringKey?.Dispose();
            _ringKey = key;
        }
        provider.Swap(new Snapshot(stored));
        var header = stored.Ring.Header;
        DaemonLog.RingLoaded(log, header.Id, header.Generation, header.Active.Id, header.Keys.Count);
    }

    /// <summary>With the ring key in memory, if it still fits; else with the node token.</summary>
    private (StoredRing Stored, SecretBytes Key) Unseal(LoadedRing loaded)
    {
        if (_ringKey is { } known)
        {
            try
            {
                return (_store.Unseal(loaded, known), known);
            }
            catch (EdgeKmsException)
            {
                // The ring may have got a new ring key; the token decides.
            }
        }
        var key = new NodeTokenFile(settings.NodeTokenFile).Unlock(loaded);
        try
        {
            return (_store.Unseal(loaded, key), key);
        }
        catch (EdgeKmsException)
        {
            key.Dispose();
            throw;
        }
    }

    private void LogProblem(EdgeKmsException e)
    {
        if (provider.Current.Stored is null)
            DaemonLog.RingUnusable(log, e.Code, e.Detail ?? "-");
        else
            DaemonLog.ReloadFailed(log, e.Code, e.Detail ?? "-");
    }
}
