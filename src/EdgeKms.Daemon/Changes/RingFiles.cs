using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Backup;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Changes;

/// <summary>The files of this machine's ring, as the settings name them: for the serving daemon and for commands.</summary>
internal sealed class RingFiles
{
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(30);

    private readonly EdgeKmsSettings _settings;
    private readonly TimeProvider _time;

    internal RingFiles(EdgeKmsSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        Store = RingStore.Open(settings.StateDirectory, time);
        Tokens = NodeTokenFile.Open(settings.NodeTokenFile);
        Backups = settings.BackupDirectory is { } path
            ? new BackupFolder(new LinuxDirectory(path, isPrivate: false), settings.BackupKeep)
            : null;
        Audit = AuditLog.Open(settings.StateDirectory, time);
        Writer = new RingWriter(Store, Tokens, Backups, settings.BackupRequired, time, Audit);
    }

    internal RingStore Store { get; }

    internal NodeTokenFile Tokens { get; }

    /// <summary>Null when <c>backup.directory</c> is not set.</summary>
    internal BackupFolder? Backups { get; }

    internal AuditLog Audit { get; }

    /// <summary>The one way in which generations are made.</summary>
    internal RingWriter Writer { get; }

    /// <summary>Looks at these files for a verdict.</summary>
    internal Surveyor Surveyor(int lockAfterDays) => new(Store, Tokens, Backups, Audit, lockAfterDays);

    /// <summary>One event of a ring; a log that can't be written is a warning on standard error, never a failure.</summary>
    internal void Record(IoStreams io, AuditEvent what, RingHeader ring, string? detail = null)
    {
        if (!Audit.TryAppend(AuditEntry.Of(what, ring) with { Detail = detail }))
            io.Warn($"the audit log in {Audit.Path} could not be written");
    }

    /// <summary>The write lock, for one change; half a minute is longer than any takes.</summary>
    /// <exception cref="EdgeKmsException">LockHeld.</exception>
    internal Task<IDisposable> LockAsync(CancellationToken cancellation) => Store.LockAsync(LockWait, cancellation);

    /// <summary>Opens the ring with the node token.</summary>
    internal StoredRing OpenUnattended(LoadedRing loaded) =>
        NodeAccess.Open(Store, loaded, Tokens, _settings.LockAfterOfflineDays, UtcText.Now(_time));
}
