using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Ring;

namespace EdgeKms.Daemon.Commands.Slots;

/// <summary>Reports of the slot commands.</summary>
internal static class SlotOutput
{
    internal static SlotsReport Unchanged(RingHeader header, int? added, int? removed, bool dryRun) =>
        new(
            header.Id.Text,
            header.Generation,
            [.. header.Slots.Select(Reports.Of)],
            added,
            removed,
            null,
            null,
            [],
            dryRun,
            DaemonReloaded: false
        );

    internal static SlotsReport Changed(ChangedRing changed, string oldKey, int? added, int? removed, bool reloaded)
    {
        var header = changed.Stored.Ring.Header;
        return Unchanged(header, added, removed, dryRun: false) with
        {
            NewKeyId = string.Equals(header.Active.Id.Text, oldKey, StringComparison.Ordinal)
                ? null
                : header.Active.Id.Text,
            Backup = changed.Backup,
            Warnings = Reports.Warnings(changed),
            DaemonReloaded = reloaded,
        };
    }

    internal static void Print(SlotsReport report, OutputFormat output, IoStreams io)
    {
        if (output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.SlotsReport));
            return;
        }
        if (report.DryRun)
        {
            io.Out.WriteLine($"would {Would(report)}; nothing was changed (--dry-run)");
            return;
        }
        if (report.Added is { } added)
            io.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"added slot {added}"));
        if (report.Removed is { } removed)
            io.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"removed slot {removed}"));
        if (report.NewKeyId is { } key)
            io.Out.WriteLine($"new ring key, new active key {key}");
        io.Out.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"key ring {report.RingId}, generation {report.Generation}")
        );
        foreach (var slot in report.Slots)
        {
            io.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {slot.Number, 4}  {slot.Kind, -8}  {slot.Kdf, -26}  {slot.Created:yyyy-MM-dd HH:mm} UTC"
                )
            );
        }
        if (report.Backup is { } backup)
            io.Out.WriteLine($"backup {backup}");
    }

    private static string Would(SlotsReport report) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.Removed is { } removed ? $"remove slot {removed}" : "")}{(report is { Removed: not null, Added: not null } ? " and " : "")}{(report.Added is { } added ? $"add slot {added}" : "")}"
        );
}
