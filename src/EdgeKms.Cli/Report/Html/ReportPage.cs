using System.Globalization;

namespace EdgeKms.Cli.Report.Html;

/// <summary>The page: pure, so that a test shows it for any report.</summary>
internal static class ReportPage
{
    private const string Title = "Encryption of Secrets at rest";

    internal static string Write(KmsReport report)
    {
        var html = new HtmlWriter();
        using (html.In("html", ("lang", "en")))
        {
            Head(html, report);
            using (html.In("body"))
            {
                html.Element("a", "Skip to the report", ("class", "skip"), ("href", "#report"));
                Header(html, report);
                using (html.In("main", ("id", "report"), ("tabindex", "-1")))
                {
                    SummarySection.Write(html, report);
                    ObjectsSection.Write(html, report);
                    KeysSection.Write(html, report);
                    RotationSection.Write(html, report);
                    ClusterSection.Write(html, report);
                    ProviderSection.Write(html, report);
                    BackupsSection.Write(html, report);
                    DoctorSection.Write(html, report);
                    AuditLogSection.Write(html, report);
                    VersionsSection.Write(html, report);
                }
                Footer(html, report);
            }
        }
        return html.Finish();
    }

    private static void Head(HtmlWriter html, KmsReport report)
    {
        using (html.In("head"))
        {
            html.Void("meta", ("charset", "utf-8"));
            html.Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", StyleSheet.Policy));
            html.Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
            html.Void("meta", ("name", "color-scheme"), ("content", "light dark"));
            html.Void("meta", ("name", "referrer"), ("content", "no-referrer"));
            html.Element("title", $"{Title}: {report.Machine}, {Day(report)}");
            html.Style(StyleSheet.Text);
        }
    }

    private static void Header(HtmlWriter html, KmsReport report)
    {
        using (html.In("header"))
        {
            html.Element("p", "EdgeKms report", ("class", "product"));
            html.Element("h1", Title);
            using (html.In("p", ("class", "made")))
            {
                html.Text("Machine ").Element("strong", report.Machine).Text(", ");
                HtmlDate.Write(html, report.Time);
            }
        }
    }

    private static void Footer(HtmlWriter html, KmsReport report)
    {
        using (html.In("footer"))
        {
            html.Element(
                "p",
                "No key, passphrase, recovery code or token is in this page. It holds no script, loads nothing, and changed nothing: "
                    + "the cluster and the key ring were read."
            );
            using (html.In("p"))
            {
                html.Text("Written by edgekms ").Text(report.Versions.Edgekms).Text(" on ");
                HtmlDate.Write(html, report.Time);
                html.Text("; \"edgekms report -o json\" prints the same data.");
            }
        }
    }

    private static string Day(KmsReport report) => report.Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
