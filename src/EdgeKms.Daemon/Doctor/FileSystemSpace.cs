namespace EdgeKms.Daemon.Doctor;

/// <param name="Bytes">Free for the daemon, in bytes.</param>
/// <param name="Inodes">Free inodes; null where the file system counts none.</param>
/// <param name="IsReadOnly">Mounted read-only.</param>
internal sealed record FileSystemSpace(long Bytes, long? Inodes, bool IsReadOnly);
