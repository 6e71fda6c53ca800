namespace EdgeKms.Daemon.Doctor;

/// <summary>Every check, in the order in which they are made and printed.</summary>
internal static class Catalogue
{
    internal static IReadOnlyList<Check> All { get; } =
    [
        ConfigurationChecks.File,
        ConfigurationChecks.KmsV1,
        MigrationChecks.Copies,
        MigrationChecks.UnderWay,
        RingChecks.Present,
        RingChecks.Opens,
        RingChecks.OlderGenerations,
        RingChecks.Rotation,
        RingChecks.KeyCount,
        SlotChecks.Administrators,
        SlotChecks.Strength,
        NodeChecks.Token,
        NodeChecks.Age,
        NodeChecks.Successor,
        CheckpointChecks.Authentic,
        CheckpointChecks.Seen,
        ClockChecks.AgainstTheRing,
        ClockChecks.Synchronised,
        SocketChecks.Kms,
        SocketChecks.Admin,
        SocketChecks.Reach,
        SocketChecks.Listener,
        DaemonChecks.Health,
        ObjectChecks.Readable,
        FileChecks.Modes,
        MemoryChecks.CoreDumps,
        MemoryChecks.Swap,
        StorageChecks.Space,
        StorageChecks.Volatile,
        StorageChecks.ReadOnly,
        BackupChecks.Configured,
        BackupChecks.UpToDate,
        BackupChecks.Opens,
        BackupChecks.Elsewhere,
    ];
}
