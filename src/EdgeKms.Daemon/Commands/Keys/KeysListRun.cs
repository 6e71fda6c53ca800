using System.Globalization;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Credentials;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Commands.Keys;

/// <summary><c>keys list</c>: as the ring's header says, so it works with a sealed ring.</summary>
internal static class KeysListRun
{
    internal static int Run(EdgeKmsSettings settings, TimeProvider time, IoStreams io, OutputFormat output)
    {
        var header = RingStore.Open(settings.StateDirectory, time).Load().Header;
        var now = UtcText.Now(time);
        var report = new KeysReport(
            header.Id.Text,
            header.Generation,
            [.. header.Keys.Select(k => StatusReporter.Key(k, now))]
        );
        if (output == OutputFormat.Json)
        {
            io.Out.WriteLine(JsonSerializer.Serialize(report, AdminJson.Readable.KeysReport));
            return 0;
        }
        foreach (var key in report.Keys)
        {
            io.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{key.Id}  {key.State, -9}  created {key.Created:yyyy-MM-dd}{Date("retired", key.Retired)}  {key.Hash}"
                )
            );
        }
        return 0;
    }

    private static string Date(string what, DateTime? date) =>
        date is { } day ? string.Create(CultureInfo.InvariantCulture, $"  {what} {day:yyyy-MM-dd}") : "";
}
