using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report;

/// <summary>The keys of the ring, measured against the rotation period of the settings.</summary>
/// <param name="Period">As the settings write it, such as <c>30d</c>.</param>
/// <param name="IsPaused">True where the settings stop the schedule.</param>
/// <param name="NextRotation">When the active key is due; null where none is active.</param>
/// <param name="IsOverdue">True where that moment has passed.</param>
/// <param name="Rotations">How often a key was replaced by another.</param>
/// <param name="LongestDays">Whole days of the key that was active longest; null where none ever was.</param>
/// <param name="Late">How many keys were active for at least a day beyond the period.</param>
/// <param name="Keys">Every key, oldest first, destroyed ones included.</param>
internal sealed record RotationHistory(
    string Period,
    bool IsPaused,
    DateTime? NextRotation,
    bool IsOverdue,
    int Rotations,
    int? LongestDays,
    int Late,
    IReadOnlyList<KeyLife> Keys
)
{
    /// <summary>Pure, so that a test shows it for any ring.</summary>
    /// <param name="ring">The ring's header.</param>
    /// <param name="log">Entries of the audit log, which alone knows when a key was destroyed.</param>
    /// <param name="policy">The rotation of the settings.</param>
    /// <param name="now">Ends the active key's days.</param>
    internal static RotationHistory Of(
        RingReport ring,
        IReadOnlyList<AuditEntryReport> log,
        RotationRule policy,
        DateTime now
    )
    {
        KeyLife[] keys = [.. ring.Keys.Select(k => Life(k, Destroyed(k, log), policy.Period, now))];
        return new RotationHistory(
            policy.Text,
            policy.IsPaused,
            ring.NextRotation,
            ring.RotationOverdue,
            keys.Count(k => k.Activated is not null && k.Retired is not null),
            keys.Max(k => k.DaysActive),
            keys.Count(k => k.DaysLate > 0),
            keys
        );
    }

    private static KeyLife Life(KeyReport key, DateTime? destroyed, TimeSpan period, DateTime now)
    {
        var used = key.Activated is { } from ? (key.Retired ?? now) - from : (TimeSpan?)null;
        return new KeyLife(
            key.Id,
            key.Hash,
            key.State,
            key.Created,
            key.Activated,
            key.Retired,
            destroyed,
            used is { } days ? Math.Max(0, days.Days) : null,
            used is { } time ? Math.Max(0, (time - period).Days) : null
        );
    }

    private static DateTime? Destroyed(KeyReport key, IReadOnlyList<AuditEntryReport> log) =>
        key.State == "destroyed"
            ? log.LastOrDefault(e => e.Event == "key-destroyed" && e.KeyId == key.Id)?.Time.ToUniversalTime()
            : null;
}
