using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// The last backup of the ring, from the audit log. Read again when the ring has changed, and each minute for the sake of
/// <c>edgekms backup</c>: a long log without a backup has to be read whole.
/// </summary>
internal sealed class LastBackup(EdgeKmsSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly AuditLog _log = AuditLog.Open(settings.StateDirectory, time);
    private volatile Known? _known;

    /// <summary>Null where the log knows of none, or can't be read.</summary>
    internal LastBackupReport? Of(RingHeader ring)
    {
        var known = _known;
        if (known is null || !ReferenceEquals(known.Ring, ring) || time.GetElapsedTime(known.Read) >= Fresh)
            _known = known = new Known(ring, time.GetTimestamp(), Find(ring));
        return known.Report;
    }

    private LastBackupReport? Find(RingHeader ring)
    {
        try
        {
            var last = _log.NewestFirst()
                .FirstOrDefault(r => r.Entry.Event == AuditEvent.BackedUp && r.Entry.Ring == ring.Id);
            return last is { Entry.Generation: { } generation } ? new LastBackupReport(last.Time, generation) : null;
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }

    private sealed record Known(RingHeader Ring, long Read, LastBackupReport? Report);
}
