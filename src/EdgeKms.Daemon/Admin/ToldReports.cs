using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// What programs without keys have told since the start: how far the re-encryption is, what the last scan has counted. It is passed
/// on, and nothing follows from it.
/// </summary>
internal sealed class ToldReports
{
    /// <summary>It comes back in every status.</summary>
    private const int MaxText = 256;
    private const int MaxProblem = 1000;

    private volatile ReencryptionReport? _reencryption;
    private volatile LastScanReport? _scan;

    internal ReencryptionReport? Reencryption => _reencryption;

    internal LastScanReport? Scan => _scan;

    /// <returns>False where the body is no such report, or too long.</returns>
    internal async Task<bool> TakeReencryptionAsync(Stream body, CancellationToken cancellation)
    {
        var report = await ReadAsync(body, AdminJson.Default.ReencryptionReport, cancellation);
        if (report is not { KeyId.Length: <= MaxText, State.Length: <= MaxText })
            return false;
        if (report.Problem is { Length: > MaxProblem })
            return false;
        _reencryption = report;
        return true;
    }

    /// <inheritdoc cref="TakeReencryptionAsync"/>
    internal async Task<bool> TakeScanAsync(Stream body, CancellationToken cancellation)
    {
        var report = await ReadAsync(body, AdminJson.Default.LastScanReport, cancellation);
        if (report is not { KeyId.Length: <= MaxText, Scope.Length: <= MaxText })
            return false;
        _scan = report;
        return true;
    }

    private static async Task<T?> ReadAsync<T>(Stream body, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(body, type, cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
