using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Status;

/// <summary>
/// Tells the daemon what programs without keys have found. It is quiet where nobody takes it: the daemon may be away, and is told the
/// next time.
/// </summary>
internal static class DaemonNotices
{
    internal static Task TellAsync(DaemonSockets sockets, ReencryptionReport report, CancellationToken cancellation) =>
        AdminClient.TellAsync(
            sockets,
            "/v1/reencryption",
            JsonSerializer.SerializeToUtf8Bytes(report, AdminJson.Default.ReencryptionReport),
            cancellation
        );

    /// <summary>Nothing where the scan says nothing of the whole.</summary>
    internal static async Task TellAsync(DaemonSockets sockets, ScanReport? scan, CancellationToken cancellation)
    {
        if (scan is null || LastScanReport.Of(scan) is not { } report)
            return;
        var json = JsonSerializer.SerializeToUtf8Bytes(report, AdminJson.Default.LastScanReport);
        await AdminClient.TellAsync(sockets, "/v1/scan", json, cancellation);
    }
}
