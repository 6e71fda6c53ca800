using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Audit;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>audit-log show</c>.</summary>
internal static class AuditLogShowRun
{
    internal static int Run(AuditLog log, int? tail, OutputFormat output, TextWriter to)
    {
        var excerpt = log.Read(tail ?? int.MaxValue);
        if (output == OutputFormat.Json)
        {
            var report = new AuditLogReport([.. excerpt.Records.Select(Reports.Of)], excerpt.Unreadable);
            to.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.AuditLogReport));
            return 0;
        }
        foreach (var record in excerpt.Records)
            to.WriteLine(Line(record));
        if (excerpt.Records.Count == 0)
            to.WriteLine("no entries");
        if (excerpt.Unreadable > 0)
            to.WriteLine($"lines that can't be read: {excerpt.Unreadable}; \"edgekms audit-log verify\" says which");
        return 0;
    }

    internal static string Line(AuditRecord record)
    {
        var entry = record.Entry;
        string?[] fields =
        [
            record.Time.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture),
            AuditEventName.Of(entry.Event),
            entry.Generation is { } generation ? $"generation {generation}" : null,
            entry.Key is { } key ? $"key {key.Text}" : null,
            entry.Slot is { } slot ? $"slot {slot}" : null,
            entry.Detail is { } detail ? Printable(detail) : null,
        ];
        return string.Join("  ", fields.Where(f => f is not null));
    }

    /// <summary>A terminal obeys escape sequences: control and format characters become question marks.</summary>
    private static string Printable(string text) =>
        string.Concat(
            text.Select(c =>
                char.GetUnicodeCategory(c)
                    is UnicodeCategory.Control
                        or UnicodeCategory.Format
                        or UnicodeCategory.LineSeparator
                        or UnicodeCategory.ParagraphSeparator
                    ? '?'
                    : c
            )
        );
}
