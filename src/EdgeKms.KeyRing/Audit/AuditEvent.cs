namespace EdgeKms.KeyRing.Audit;

/// <summary>What happened in a key's or a ring's life. Written in kebab-case; a name is never given another meaning.</summary>
public enum AuditEvent
{
    RingCreated,
    KeyCreated,
    KeyAnnounced,
    KeyFirstUsed,
    KeyRetired,
    KeyDestroyed,
    SlotAdded,
    SlotRemoved,
    SlotChanged,
    TokenReplaced,
    Unlocked,
    UnlockRefused,
    Repaired,
    RollbackAccepted,
    BackedUp,
    BackupFailed,
    Restored,
    RingRekeyed,
}
