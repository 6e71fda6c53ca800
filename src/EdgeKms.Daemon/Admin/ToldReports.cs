using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// What programs without keys have told: how far the re-encryption is (since the start), what the last scan has counted (kept in
/// <see cref="LastScanFile"/>). It is passed on; what the ring has of the counted keys is said beside it.
/// </summary>
internal sealed class ToldReports(EdgeKmsSettings settings, ILogger<ToldReports> log)
{
    /// <summary>It comes back in every status.</summary>
    private const int MaxText = 256;
    private const int MaxProblem = 1000;
    private const int MaxReencryption = 65_536; // bytes

    private readonly LastScanFile _file = new(settings.StateDirectory);
    private readonly Lock _one = new();

    private volatile ReencryptionReport? _reencryption;
    private LastScanReport? _scan;
    private bool _isDropped;

    internal ReencryptionReport? Reencryption => _reencryption;

    /// <summary>
    /// The last scan that was told, before a restart too: where none is known the file is looked for, since a state directory may be
    /// mounted late.
    /// </summary>
    internal LastScanReport? Scan
    {
        get
        {
            lock (_one)
                return _scan ??= _isDropped ? null : Kept();
        }
    }

    /// <returns>False where the body is no such report, or too long.</returns>
    internal async Task<bool> TakeReencryptionAsync(Stream body, CancellationToken cancellation)
    {
        var report = await ReadAsync(body, MaxReencryption, AdminJson.Default.ReencryptionReport, cancellation);
        if (report is not { KeyId.Length: <= MaxText, State.Length: <= MaxText, Objects: null or >= 0 })
            return false;
        if (report is { Problem.Length: > MaxProblem } or { Stale: < 0 })
            return false;
        _reencryption = report;
        return true;
    }

    /// <param name="body">The report.</param>
    /// <param name="ringId">Of the ring that serves, for a program that doesn't say of which ring it is; null where none does.</param>
    /// <param name="cancellation">The caller hung up.</param>
    /// <returns>False where the body is no such report, too long, or has a count that none can be.</returns>
    internal async Task<bool> TakeScanAsync(Stream body, string? ringId, CancellationToken cancellation)
    {
        var report = await ReadAsync(body, LastScanFile.MaxBytes, AdminJson.Default.LastScanReport, cancellation);
        if (report is null || !LastScanRules.Keeps(report))
            return false;
        report = report with { RingId = report.RingId ?? ringId };
        lock (_one)
        {
            _scan = report;
            if (report.RingId is not null)
                Keep(report);
        }
        return true;
    }

    private LastScanReport? Kept()
    {
        try
        {
            return _file.Read();
        }
        catch (EdgeKmsException e)
        {
            _isDropped = true;
            DaemonLog.ScanDropped(log, e.Code);
            return null;
        }
    }

    /// <summary>A disk that is full or read-only takes no scan; it is in memory all the same.</summary>
    private void Keep(LastScanReport report)
    {
        try
        {
            _file.Write(report);
        }
        catch (EdgeKmsException e)
        {
            DaemonLog.ScanNotKept(log, e.Code);
        }
    }

    private static async Task<T?> ReadAsync<T>(
        Stream body,
        int maxBytes,
        JsonTypeInfo<T> type,
        CancellationToken cancellation
    )
        where T : class
    {
        var bytes = new byte[maxBytes + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (length > maxBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
