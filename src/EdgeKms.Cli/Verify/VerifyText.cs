using EdgeKms.Cli.Pages;
using EdgeKms.Cli.Status;

namespace EdgeKms.Cli.Verify;

/// <summary>
/// The report as lines: the API server's as it wrote them, then ours in the same form, each failure with its cause and the
/// next command.
/// </summary>
internal static class VerifyText
{
    public static void Write(VerifyReport report, TextWriter output)
    {
        void Line(string text) => output.WriteLine(Printable.Text(text));

        Line($"API server {report.ApiServer} ({report.Kubeconfig})");
        foreach (var line in report.Readyz)
            Line(line);
        output.WriteLine();
        foreach (var check in report.Checks)
        {
            Line($"{Mark(check.Outcome)}{check.Name}: {check.Detail}");
            if (check.Cause is not null)
                Line($"     cause: {check.Cause}");
            if (check.Next is not null)
                Line($"     next: {check.Next}");
        }
        output.WriteLine();
        Line(Verdict(report));
    }

    private static string Mark(string outcome) =>
        outcome switch
        {
            "ok" => "[+]",
            "failed" => "[-]",
            _ => "[ ]",
        };

    private static string Verdict(VerifyReport report)
    {
        var skipped = report.Skipped == 0 ? "" : $", {report.Skipped} skipped";
        return report.Failed == 0
            ? $"verified: {Moments.Count(report.Checks.Count - report.Skipped, "check")} passed{skipped}"
            : $"not verified: {Moments.Count(report.Failed, "check")} failed{skipped}";
    }
}
