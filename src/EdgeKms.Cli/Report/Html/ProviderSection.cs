using System.Globalization;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report.Html;

/// <summary>The daemon's health and the ring's header.</summary>
internal static class ProviderSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "provider", "Provider"))
        {
            if (!HtmlSection.IsChecked(html, report.Provider) || report.Provider.Value is not { } status)
                return;
            if (StatusVerdict.Problem(status) is { } problem)
            {
                html.Element("p", ReportSummary.Sentence(problem.Text));
                HtmlSection.Next(html, problem.Hint);
            }
            foreach (var line in StatusVerdict.Closing(status))
                html.Element("p", line);
            HtmlFacts.Write(html, [.. Daemon(status), .. Ring(status.Ring)]);
            new HtmlTable(
                "sockets",
                "Sockets",
                ["Name", "Path", "Answers"],
                [
                    .. status.Sockets.Select(s =>
                        (Cell[])[Cell.Of(s.Name), Cell.Code(s.Path), Cell.Of(s.Answers ? "yes" : "no")]
                    ),
                ]
            ).Write(html);
        }
    }

    private static IEnumerable<(string Label, Cell Value)> Daemon(StatusReport status)
    {
        yield return ("State", Cell.Of(status.State));
        yield return (
            "Daemon",
            status.Daemon is { } daemon
                ? Cell.Of($"edgekmsd {status.Version}, since {Moments.Date(daemon.Started)}")
                : Cell.Of("does not run")
        );
        yield return (
            "Self-test",
            status.SelfTest is { } test
                ? Cell.Of($"{(test.Passed ? "passed" : "failed")}, {Moments.Date(test.At)}")
                : Cell.Of("has not run")
        );
    }

    private static IEnumerable<(string Label, Cell Value)> Ring(RingReport? ring)
    {
        if (ring is null)
            yield break;
        yield return ("Key ring", Cell.Code(ring.Id));
        yield return ("Generation", Cell.Of(ring.Generation.ToString("N0", CultureInfo.InvariantCulture)));
        yield return ("Written", Cell.Date(ring.Written));
        yield return ("Digest (SHA-256)", Cell.Code(ring.Digest));
        yield return (
            "Header authenticated",
            Cell.Of(ring.Authenticated ? "yes, with the ring key" : "no: read from the file, no daemon runs")
        );
    }
}
