namespace EdgeKms.KeyRing.Audit;

/// <summary>The events' names in the file.</summary>
public static class AuditEventName
{
    // A table and not a rule: renaming a member of the enum must not change the format.
    private static readonly Dictionary<AuditEvent, string> s_names = new()
    {
        [AuditEvent.RingCreated] = "ring-created",
        [AuditEvent.KeyCreated] = "key-created",
        [AuditEvent.KeyAnnounced] = "key-announced",
        [AuditEvent.KeyFirstUsed] = "key-first-used",
        [AuditEvent.KeyRetired] = "key-retired",
        [AuditEvent.KeyDestroyed] = "key-destroyed",
        [AuditEvent.SlotAdded] = "slot-added",
        [AuditEvent.SlotRemoved] = "slot-removed",
        [AuditEvent.SlotChanged] = "slot-changed",
        [AuditEvent.TokenReplaced] = "token-replaced",
        [AuditEvent.Unlocked] = "unlocked",
        [AuditEvent.UnlockRefused] = "unlock-refused",
        [AuditEvent.Repaired] = "repaired",
        [AuditEvent.RollbackAccepted] = "rollback-accepted",
        [AuditEvent.BackedUp] = "backed-up",
        [AuditEvent.BackupFailed] = "backup-failed",
        [AuditEvent.Restored] = "restored",
        [AuditEvent.RingRekeyed] = "ring-rekeyed",
    };

    private static readonly Dictionary<string, AuditEvent> s_events = s_names.ToDictionary(
        pair => pair.Value,
        pair => pair.Key,
        StringComparer.Ordinal
    );

    public static string Of(AuditEvent happened) => s_names[happened];

    /// <summary>The event of a name; null when there is none.</summary>
    public static AuditEvent? TryParse(string name) => s_events.TryGetValue(name, out var found) ? found : null;
}
