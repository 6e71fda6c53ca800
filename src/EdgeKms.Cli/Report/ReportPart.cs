namespace EdgeKms.Cli.Report;

/// <summary>A part of the report: what was found, or why nobody looked.</summary>
/// <param name="Value">Null where it was not checked.</param>
/// <param name="NotChecked">Why; null where it was checked.</param>
/// <param name="Next">What to run then; null where it was checked.</param>
internal sealed record ReportPart<T>(T? Value, string? NotChecked, string? Next)
    where T : class;
