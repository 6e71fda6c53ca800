using System.Text;
using EdgeKms.Contract.AdminApi;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The report for people.</summary>
internal static class DoctorPage
{
    private const string Indent = "      ";
    private const int Width = 94; // with the indent 100

    /// <summary>A line for each finding, more lines where something is to be done, and a sum.</summary>
    internal static string Write(DoctorReport report)
    {
        var page = new StringBuilder();
        foreach (var finding in report.Findings)
        {
            page.Append(Printable($"{finding.Outcome}  {finding.Id, -13}  {finding.Text}")).Append('\n');
            if (finding.Means is null)
                continue;
            Wrap(page, finding.Means);
            page.Append(Indent)
                .Append("stops the API server: ")
                .Append(YesOrNo(finding.StopsApiServer))
                .Append("; can lose data: ")
                .Append(YesOrNo(finding.CanLoseData))
                .Append('\n');
            if (finding.Next is { } next)
                page.Append(Indent).Append("next: ").Append(Printable(next)).Append('\n');
        }
        var (warnings, word) = (report.Warnings, report.Warnings == 1 ? "warning" : "warnings");
        page.Append(
            Invariant($"{report.Passed} passed, {warnings} {word}, {report.Failed} failed, {report.Skipped} skipped")
        );
        Say(page, report.Verdict);
        return page.ToString();
    }

    /// <summary>The verdict is the last thing, so that it is on a small screen too.</summary>
    private static void Say(StringBuilder page, VerdictReport? verdict)
    {
        if (verdict is null || verdict.Case == "healthy")
            return;
        page.Append('\n').Append(Printable($"verdict: {verdict.Text}"));
        var word = "next: ";
        foreach (var way in verdict.Ways)
        {
            page.Append('\n').Append(word).Append(Printable(way.Command is { } c ? $"{c}   # {way.Why}" : way.Why));
            word = "else: ";
        }
    }

    /// <summary>At the last blank before the line is full.</summary>
    private static void Wrap(StringBuilder page, string text)
    {
        var rest = text.AsSpan();
        while (rest.Length > Width && rest[..Width].LastIndexOf(' ') is > 0 and var blank)
        {
            page.Append(Indent).Append(rest[..blank]).Append('\n');
            rest = rest[(blank + 1)..];
        }
        page.Append(Indent).Append(rest).Append('\n');
    }

    private static string YesOrNo(bool value) => value ? "yes" : "no";

    /// <summary>A name of a file may hold what a terminal obeys.</summary>
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
