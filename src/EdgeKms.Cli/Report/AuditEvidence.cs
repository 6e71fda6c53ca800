using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report;

/// <summary>The audit log: whether its chain is whole, and its newest entries.</summary>
/// <param name="Verification">Of the whole log.</param>
/// <param name="Newest">At most <see cref="Shown"/>, newest first.</param>
internal sealed record AuditEvidence(AuditVerifyReport Verification, IReadOnlyList<AuditEntryReport> Newest)
{
    internal const int Shown = 25;
}
