namespace EdgeKms.Contract.AdminApi;

/// <summary>The last backup that the audit log knows of: of a change of the ring, or of <c>edgekms backup</c>.</summary>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Generation">The generation in it; a higher one that serves is not covered.</param>
public sealed record LastBackupReport(DateTime At, int Generation);
