namespace EdgeKms.Cluster.Conformance;

/// <summary>The plain text form of a report and of the list of checks: aligned columns, no colour.</summary>
public static class ReportTable
{
    private const string Indent = "                   ";

    public static async Task WriteAsync(ConformanceReport report, TextWriter output)
    {
        await output.WriteLineAsync("check  level  result  rule");
        foreach (var check in report.Checks)
        {
            var line = $"{check.Number, -5}  {Letter(check.Level), -5}  {Word(check.Outcome), -6}  {check.Title}";
            await output.WriteLineAsync(line);
            if (check.Reason.Length > 0)
            {
                await output.WriteLineAsync($"{Indent}   {check.Reason}");
            }

            if (check.Outcome is Outcome.Fail or Outcome.Warn)
            {
                var kind = check.Level == Level.Project ? "project rule" : "rule";
                await output.WriteLineAsync($"{Indent}   {kind}: {check.Source}");
            }
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(
            $"{report.Passed} passed, {report.Warned} warned, {report.Failed} failed, {report.Skipped} skipped"
        );
    }

    public static async Task WriteAsync(IReadOnlyList<ListedCheck> checks, TextWriter output)
    {
        await output.WriteLineAsync("check  level  rule");
        foreach (var check in checks)
        {
            await output.WriteLineAsync(
                $"{check.Number, -5}  {Letter(check.Level), -5}  {check.Title} [{check.Source}]"
            );
        }
    }

    private static string Letter(Level level) =>
        level switch
        {
            Level.Must => "M",
            Level.Should => "S",
            _ => "P",
        };

    private static string Word(Outcome outcome) =>
        outcome switch
        {
            Outcome.Pass => "pass",
            Outcome.Warn => "warn",
            Outcome.Fail => "FAIL",
            _ => "skip",
        };
}
