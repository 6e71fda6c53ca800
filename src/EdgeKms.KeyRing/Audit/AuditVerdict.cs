namespace EdgeKms.KeyRing.Audit;

/// <summary>What <see cref="AuditLog.Verify"/> found; at a break, up to the break.</summary>
/// <param name="Entries">Lines that continue the chain.</param>
/// <param name="FirstSequence">Of the oldest kept line; 0 when there is none.</param>
/// <param name="Head">The last of these lines; null when there is none.</param>
/// <param name="TornTails">Files that end with a piece of a line, which a power cut left: a note, not a failure.</param>
/// <param name="Break">The first break; null: the log is ok.</param>
public sealed record AuditVerdict(
    long Entries,
    long FirstSequence,
    AuditMark? Head,
    IReadOnlyList<string> TornTails,
    AuditBreak? Break
)
{
    public bool IsOk => Break is null;

    /// <summary>0 when there is no line.</summary>
    public long LastSequence => Head?.Sequence ?? 0;
}
