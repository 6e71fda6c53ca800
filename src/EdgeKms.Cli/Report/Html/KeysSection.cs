using EdgeKms.Cli.Report.Timeline;

namespace EdgeKms.Cli.Report.Html;

/// <summary>The keys as a picture, and the same as a table.</summary>
internal static class KeysSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "keys", "Keys"))
        {
            if (report.Rotation is not { Keys.Count: > 0 } rotation)
            {
                html.Element("p", "Not checked: no key ring could be read.");
                return;
            }
            new TimelineDrawing(rotation.Keys, rotation.NextRotation, report.Time).Write(html);
            if (rotation.Keys.Any(k => k.Created > report.Time.AddDays(1)))
            {
                html.Element(
                    "p",
                    "Some dates are in the future: this machine's clock is behind, or it was ahead when the key was made."
                );
            }
            new HtmlTable(
                "keys-table",
                "Keys, oldest first: what the picture shows",
                ["Key id", "State", "Created (UTC)", "Active from (UTC)", "Retired (UTC)", "Destroyed (UTC)"],
                [.. rotation.Keys.Select(Row)]
            ).Write(html);
        }
    }

    private static Cell[] Row(KeyLife key) =>
        [
            Cell.Code(key.Id),
            Cell.Of(key.State),
            Cell.Column(key.Created),
            Cell.Column(key.Activated),
            Cell.Column(key.Retired),
            key.State == "destroyed" && key.Destroyed is null
                ? Cell.Of("not in the kept audit log")
                : Cell.Column(key.Destroyed),
        ];
}
