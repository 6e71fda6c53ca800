namespace EdgeKms.Contract.AdminApi;

/// <summary>One entry of the audit log.</summary>
/// <param name="Sequence">Position in the log, from 1.</param>
/// <param name="Time">The machine's clock then, UTC.</param>
/// <param name="Event">Name in kebab-case; spec/audit-log-v1.md lists them.</param>
/// <param name="RingId">The ring.</param>
/// <param name="Generation">The generation that it made or met.</param>
/// <param name="KeyId">The key.</param>
/// <param name="Slot">The slot.</param>
/// <param name="Detail">Free text.</param>
public sealed record AuditEntryReport(
    long Sequence,
    DateTime Time,
    string Event,
    string? RingId,
    int? Generation,
    string? KeyId,
    int? Slot,
    string? Detail
);
