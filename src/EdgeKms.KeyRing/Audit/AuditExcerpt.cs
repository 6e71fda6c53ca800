namespace EdgeKms.KeyRing.Audit;

/// <summary>Entries to be shown.</summary>
/// <param name="Records">Oldest first.</param>
/// <param name="Unreadable">Lines of the whole log that can't be read; <see cref="AuditLog.Verify"/> says why.</param>
public sealed record AuditExcerpt(IReadOnlyList<AuditRecord> Records, int Unreadable);
