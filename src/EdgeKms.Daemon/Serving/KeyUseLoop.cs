using System.Diagnostics.CodeAnalysis;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Kms;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Serving;

/// <summary>
/// Writes into the audit log what the calls of kube-apiserver leave in memory: that the ring was unlocked, which key
/// Status has announced, which one has wrapped for the first time. A second late, because those calls touch no disk; each
/// once in a key's life, also over restarts.
/// </summary>
[SuppressMessage("Performance", "CA1812", Justification = "made by the host")]
internal sealed class KeyUseLoop(
    EdgeKmsSettings settings,
    Provider provider,
    RingKeeper keeper,
    TimeProvider time,
    ILogger<KeyUseLoop> log
) : Loop(time, log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly AuditLog _audit = AuditLog.Open(settings.StateDirectory, time);
    private readonly List<AuditEntry> _pending = [];
    private HashSet<(AuditEvent, KeyId)>? _known;
    private RingHeader? _unlocked;
    private bool _failed;

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, Time, stoppingToken);
            Look();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Look(); // the last second's
    }

    internal void Look()
    {
        if (keeper.Unlocked is { } ring && !ReferenceEquals(ring, _unlocked))
        {
            _unlocked = ring;
            _pending.Add(AuditEntry.Of(AuditEvent.Unlocked, ring) with { Detail = "node" });
        }
        while (provider.Events.TryDequeue(out var seen))
        {
            _known ??= Known();
            if (_known.Add((seen.What, seen.Key.Id)) && provider.Current.Stored?.Ring.Header is { } serving)
                _pending.Add(AuditEntry.Of(seen.What, serving, seen.Key.Id));
        }
        if (_pending.Count == 0)
            return;
        var written = _audit.TryAppend([.. _pending]);
        if (written)
            _pending.Clear();
        else if (!_failed && FileSystemFacts.Of(settings.StateDirectory) is not { IsReadOnly: true })
            DaemonLog.AuditFailed(Log); // a read-only file system is one warning, which the schedule says
        _failed = !written;
    }

    private HashSet<(AuditEvent, KeyId)> Known()
    {
        try
        {
            return
            [
                .. _audit.Read().Records.Where(r => r.Entry.Key is not null).Select(r => (r.Entry.Event, r.Entry.Key!)),
            ];
        }
        catch (EdgeKmsException)
        {
            return []; // an event twice is better than none
        }
    }
}
