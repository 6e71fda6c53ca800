using System.Globalization;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Report.Html;

/// <summary>Who can open the ring, and what is left when its disk is lost.</summary>
internal static class BackupsSection
{
    internal static void Write(HtmlWriter html, KmsReport report)
    {
        using (HtmlSection.Open(html, report, "backups", "Slots and backups"))
        {
            Slots(html, report.Provider.Value?.Ring?.Slots);
            var backups = report.Backups;
            HtmlFacts.Write(
                html,
                ("Backup at each change", backups.Directory is { } folder ? Cell.Code(folder) : Cell.Of("not set")),
                ("Kept there", backups.Directory is null ? Cell.Of(null) : Cell.Number(backups.Keep)),
                ("Required", Cell.Of(backups.IsRequired ? "yes: no change without a backup" : "no"))
            );
            new HtmlTable(
                "backup-checks",
                "Doctor's checks of backups",
                ["Check", "Outcome", "Demands", "Found"],
                [
                    .. backups.Checks.Select(c =>
                        (Cell[])[Cell.Code(c.Id), DoctorSection.Badge(c), Cell.Of(c.Title), Cell.Of(c.Text)]
                    ),
                ]
            ).Write(html);
            new HtmlTable(
                "backup-events",
                "Newest backups in the audit log",
                ["When (UTC)", "Event", "Generation", "Detail"],
                [.. backups.Newest.Select(Event)]
            ).Write(html);
        }
    }

    private static void Slots(HtmlWriter html, IReadOnlyList<SlotReport>? slots)
    {
        if (slots is null)
        {
            html.Element("p", "Slots: not checked, no key ring could be read.");
            return;
        }
        new HtmlTable(
            "slots",
            "Key slots: each opens the ring by itself",
            ["Slot", "Kind", "Key derivation", "Created (UTC)"],
            [
                .. slots.Select(s =>
                    (Cell[])
                        [
                            Cell.Of(s.Number.ToString(CultureInfo.InvariantCulture)),
                            Cell.Of(Kind(s.Kind)),
                            Cell.Code(s.Kdf),
                            Cell.Column(s.Created),
                        ]
                ),
            ]
        ).Write(html);
    }

    private static Cell[] Event(AuditEntryReport entry) =>
        [Cell.Column(entry.Time), Cell.Code(entry.Event), Cell.Number(entry.Generation), Cell.Code(entry.Detail)];

    private static string Kind(string kind) =>
        kind switch
        {
            "admin" => "administrator's passphrase",
            "recovery" => "recovery code",
            "node" => "this machine, for the unattended start",
            _ => kind,
        };
}
