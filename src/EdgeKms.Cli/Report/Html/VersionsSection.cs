namespace EdgeKms.Cli.Report.Html;

/// <summary>Of the programs and the cluster.</summary>
internal static class VersionsSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "versions", "Versions"))
        {
            HtmlFacts.Write(
                html,
                ("edgekms", Cell.Of(report.Versions.Edgekms)),
                ("edgekmsd, as installed", Cell.Of(report.Versions.Edgekmsd ?? report.Versions.Missing)),
                ("edgekmsd, as it answers", Cell.Of(report.Provider.Value?.Version)),
                ("Kubernetes", Cell.Of(report.Cluster.Value?.Version)),
                ("Format of this report", Cell.Code(report.Format))
            );
        }
    }
}
