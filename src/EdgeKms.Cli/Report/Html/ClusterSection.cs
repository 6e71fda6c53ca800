namespace EdgeKms.Cli.Report.Html;

/// <summary>What the API server says of itself.</summary>
internal static class ClusterSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "cluster", "Cluster"))
        {
            if (!HtmlSection.IsChecked(html, report.Cluster) || report.Cluster.Value is not { } cluster)
                return;
            HtmlFacts.Write(
                html,
                ("API server", Cell.Code(cluster.ApiServer)),
                ("Kubernetes", Cell.Of(cluster.Version)),
                ("Platform", Cell.Of(cluster.Platform)),
                ("Ready", Cell.Of(cluster.IsReady ? "yes" : $"no: {string.Join(", ", cluster.FailedChecks)}")),
                ("Checks of KMS providers", Cell.Of(Checks(cluster.KmsChecks, cluster.FailedChecks))),
                ("Name of this provider", Cell.Code(report.ProviderName))
            );
            new HtmlTable(
                "nodes",
                "Nodes",
                ["Node", "Kubelet", "Operating system", "Architecture"],
                [
                    .. cluster.Nodes.Select(n =>
                        (Cell[])
                            [Cell.Of(n.Name), Cell.Of(n.Kubelet), Cell.Of(n.OperatingSystem), Cell.Of(n.Architecture)]
                    ),
                ]
            ).Write(html);
        }
    }

    private static string Checks(IReadOnlyList<string> kms, IReadOnlyList<string> failed) =>
        kms.Count == 0
            ? "none: the API server was started without a KMS provider"
            : string.Join(
                ", ",
                kms.Select(c => $"{c} {(failed.Contains(c, StringComparer.Ordinal) ? "failed" : "ok")}")
            );
}
