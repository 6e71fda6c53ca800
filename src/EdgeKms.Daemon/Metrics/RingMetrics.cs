using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Metrics;

/// <summary>The ring, its keys, its slots and its backup.</summary>
internal static class RingMetrics
{
    private static readonly string[] s_keyStates = ["staged", "active", "retired", "destroyed"];
    private static readonly string[] s_slotKinds = ["admin", "recovery", "node"];

    internal static void WriteTo(MetricsText text, RingReport ring, RotationPolicyReport? policy)
    {
        text.Gauge("edgekms_ring_generation", "Generation of the key ring that serves.", ring.Generation);
        text.Date("edgekms_ring_written_timestamp_seconds", "When this generation was written.", ring.Written);
        text.Counts(
            "edgekms_keys",
            "KEKs in the ring by state.",
            "state",
            s_keyStates.Select(s => (s, (long)ring.Keys.Count(k => k.State == s)))
        );
        text.Counts(
            "edgekms_slots",
            "Key slots by kind.",
            "kind",
            s_slotKinds.Select(s => (s, (long)ring.Slots.Count(k => k.Kind == s)))
        );
        if (ring.Keys.FirstOrDefault(k => k.State == "active") is not { } active)
            return;
        text.Gauge(
            "edgekms_active_key_info",
            "The active KEK by the hash of its id, as in kube-apiserver's metrics; always 1.",
            1,
            ("key_id_hash", active.Hash)
        );
        text.Date(
            "edgekms_active_key_activated_timestamp_seconds",
            "When the active KEK became active; its age is time() minus this.",
            active.Activated ?? active.Created
        );
        text.Date(
            "edgekms_rotation_next_timestamp_seconds",
            "When the active KEK is due for rotation.",
            ring.NextRotation
        );
        text.Flag(
            "edgekms_rotation_overdue",
            "1 where that moment has passed, by the daemon's clock.",
            ring.RotationOverdue
        );
        text.Date(
            "edgekms_ring_full_timestamp_seconds",
            "When a rotation finds no room any more, at this period.",
            ring.FullOn
        );
        if (policy is null)
            return;
        text.Gauge("edgekms_rotation_period_seconds", "Age at which the active KEK is due.", policy.PeriodSeconds);
        text.Flag("edgekms_rotation_paused", "1 where rotation.paused stops the schedule.", policy.Paused);
        text.Flag(
            "edgekms_clock_behind",
            "1 while the clock is behind the last time seen: nothing is rotated.",
            policy.ClockBehind
        );
    }

    internal static void WriteTo(MetricsText text, LastBackupReport? backup)
    {
        text.Date("edgekms_backup_last_timestamp_seconds", "When the last backup of the ring was written.", backup?.At);
        if (backup is not null)
            text.Gauge("edgekms_backup_last_generation", "Generation in the last backup.", backup.Generation);
    }
}
