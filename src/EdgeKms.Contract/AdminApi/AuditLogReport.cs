namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms audit-log show -o json</c> prints.</summary>
/// <param name="Entries">Oldest first.</param>
/// <param name="UnreadableLines">Lines of the whole log that can't be read.</param>
public sealed record AuditLogReport(IReadOnlyList<AuditEntryReport> Entries, int UnreadableLines);
