using System.Text.Json;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Tests.Admin;

/// <summary>Scans as programs tell them.</summary>
internal static class Told
{
    internal static readonly DateTime At = new(2026, 11, 24, 2, 0, 0, DateTimeKind.Utc);

    internal static LastScanReport Scan(string? ring, params (string Key, bool V1, long Objects)[] keys) =>
        new(
            At,
            "k1.a",
            "all",
            true,
            100,
            1,
            2,
            3,
            4,
            5,
            6,
            ring,
            [.. keys.Select(k => new StoredUnderKey(k.Key, k.V1, k.Objects))]
        );

    internal static Stream Body(LastScanReport scan) =>
        new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(scan, AdminJson.Default.LastScanReport));

    internal static Stream Body(ReencryptionReport report) =>
        new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(report, AdminJson.Default.ReencryptionReport));
}
