namespace EdgeKms.KeyRing.Verdict;

/// <summary>
/// What can be the matter with a machine's ring: a closed set. docs/architecture/failure-modes.md has a row for each, and a test
/// compares. The names are public (kebab-case in JSON) and never get another meaning.
/// </summary>
public enum RingCase
{
    /// <summary>The ring opens, and a daemon serves it.</summary>
    Healthy,

    /// <summary>There is no ring, and nothing on this machine remembers one.</summary>
    Bare,

    /// <summary>The files are gone; the daemon's memory has the only copy.</summary>
    HeldOnly,

    /// <summary>The files are damaged or older than what the daemon holds in memory.</summary>
    HeldNewer,

    /// <summary>The files are another ring's than the one that the daemon serves.</summary>
    HeldOther,

    /// <summary>The daemon has not taken over a newer generation that is on disk.</summary>
    NotTaken,

    /// <summary>An administrator restored a ring, and the daemon goes on with the one before.</summary>
    RestoredNotTaken,

    /// <summary>The daemon serves, but nothing opens the ring at its next start.</summary>
    ServedSealed,

    /// <summary>The ring is gone, and something remembers it.</summary>
    Lost,

    /// <summary>The newest generation is damaged; an older one has the key that was used last.</summary>
    Damaged,

    /// <summary>The newest generation is damaged, and no older one is known to have the key that was used last.</summary>
    DamagedLastKey,

    /// <summary>Files have the name of a generation that this ring never had; the one that was used is there and whole.</summary>
    Stray,

    /// <summary>The ring is older than the one that this machine used last.</summary>
    RolledBack,

    /// <summary>The checkpoint is that of another ring.</summary>
    OtherRing,

    /// <summary>A newer EdgeKms wrote the ring.</summary>
    NewerVersion,

    /// <summary>The node token opens nothing.</summary>
    Sealed,

    /// <summary>The machine was off for longer than node.lockAfterOfflineDays allows.</summary>
    Locked,

    /// <summary>The checkpoint is missing or damaged, and nothing says that the ring is an older one.</summary>
    Unmarked,

    /// <summary>A file or directory can be reached by others, or is a link where none may be.</summary>
    NotPrivate,

    /// <summary>This user, or a rule of the system, may not read the ring.</summary>
    NoPermission,

    /// <summary>The storage fails.</summary>
    StorageFailed,

    /// <summary>The state directory is a symbolic link that points to nothing: its disk is not mounted.</summary>
    Unmounted,

    /// <summary>The disk is full; a change waits for room.</summary>
    DiskFull,

    /// <summary>The file system is mounted read-only.</summary>
    ReadOnly,

    /// <summary>The daemon's self-test failed.</summary>
    SelfTestFailed,

    /// <summary>Stored objects are under a key that the ring doesn't have.</summary>
    Unreadable,

    /// <summary>The clock is behind the last time seen: the schedule rotates nothing.</summary>
    ClockBehind,

    /// <summary>The ring is whole, and no daemon serves it.</summary>
    Stopped,
}
