using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Status.Live;

/// <summary>What one frame shows.</summary>
/// <param name="Report">The status.</param>
/// <param name="Calls">By method; empty where no daemon answers.</param>
/// <param name="Events">Of the audit log, newest first; empty where no daemon answers.</param>
internal sealed record LiveView(
    StatusReport Report,
    IReadOnlyList<CallRate> Calls,
    IReadOnlyList<AuditEntryReport> Events
);
