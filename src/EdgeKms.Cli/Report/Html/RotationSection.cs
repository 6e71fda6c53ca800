using EdgeKms.Cli.Status;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Report.Html;

/// <summary>How long each key was active, against the policy.</summary>
internal static class RotationSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "rotation", "Rotation"))
        {
            if (report.Rotation is not { } rotation)
            {
                html.Element("p", "Not checked: no key ring could be read.");
                return;
            }
            html.Element("p", report.Summary.First(p => p.Area == "rotation").Text);
            HtmlFacts.Write(
                html,
                ("Policy", Cell.Of($"a new key every {Period(rotation)}{(rotation.IsPaused ? ", paused" : "")}")),
                ("Rotations", Cell.Number(rotation.Rotations)),
                ("Longest", Cell.Of(rotation.LongestDays is { } days ? Moments.Count(days, "day") : null)),
                ("Late", Cell.Number(rotation.Late)),
                ("Next rotation", Cell.Date(rotation.NextRotation))
            );
            new HtmlTable(
                "rotation-table",
                $"Time in use of each key, oldest first; the policy is {Period(rotation)}",
                ["Key id", "Active from (UTC)", "Active until (UTC)", "Days active", "Against the policy"],
                [.. rotation.Keys.Where(k => k.Activated is not null).Select(Row)]
            ).Write(html);
            if (rotation.Late > 0)
            {
                html.Element(
                    "p",
                    "A late rotation loses nothing: a machine that was off rotates when it starts again, once, and every object stays readable.",
                    ("class", "note")
                );
            }
        }
    }

    private static Cell[] Row(KeyLife key) =>
        [
            Cell.Code(key.Id),
            Cell.Column(key.Activated),
            key.Retired is null ? Cell.Of("in use") : Cell.Column(key.Retired),
            Cell.Number(key.DaysActive),
            key.DaysLate > 0
                ? Cell.Badge(ReportOutcome.Attention, $"late by {Moments.Count(key.DaysLate.Value, "day")}")
                : Cell.Badge(ReportOutcome.Ok, "in time"),
        ];

    private static string Period(RotationHistory rotation) =>
        DurationText.TryParse(rotation.Period, out var period) ? Moments.Length(period) : rotation.Period;
}
