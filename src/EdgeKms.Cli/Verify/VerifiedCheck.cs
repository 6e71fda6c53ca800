namespace EdgeKms.Cli.Verify;

/// <param name="Name">Stable name of the check.</param>
/// <param name="Outcome"><c>ok</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Cause">Of a failure; else null.</param>
/// <param name="Next">Of a failure; else null.</param>
internal sealed record VerifiedCheck(string Name, string Outcome, string Detail, string? Cause, string? Next);
