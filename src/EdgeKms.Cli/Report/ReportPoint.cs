namespace EdgeKms.Cli.Report;

/// <summary>One line of the summary.</summary>
/// <param name="Area">Such as <c>rotation</c>: also the name of the page's section.</param>
/// <param name="Title">The same for people.</param>
/// <param name="Outcome">One of <see cref="ReportOutcome"/>.</param>
/// <param name="Text">A sentence.</param>
internal sealed record ReportPoint(string Area, string Title, string Outcome, string Text);
