using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeKms.Daemon.Sockets;
using Grpc.Core;

namespace EdgeKms.Daemon.Metrics;

/// <summary>
/// What this process has counted since its start: for the metrics page, and as a <see cref="Meter"/> and an
/// <see cref="ActivitySource"/> named <c>EdgeKms</c>, which OpenTelemetry reads where a host has it. Without a listener those
/// cost a comparison.
/// </summary>
internal sealed class DaemonFigures : IDisposable
{
    internal const string Name = "EdgeKms";

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double> _durations;
    private readonly Counter<long> _writes;
    private readonly ConcurrentDictionary<(KmsMethod, StatusCode), DurationCells> _calls = new();
    private readonly long[] _refused = new long[3];
    private long _written;
    private long _failed;

    public DaemonFigures()
    {
        _durations = _meter.CreateHistogram(
            "edgekms.kms.request.duration",
            "s",
            "Time from a call's arrival to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. DurationCells.Bounds] }
        );
        _writes = _meter.CreateCounter<long>("edgekms.ring.writes", "{write}", "Changes of the ring by this process.");
        Expect(KmsMethod.Status, KmsMethod.Encrypt, KmsMethod.Decrypt);
    }

    internal static ActivitySource Activities { get; } = new(Name);

    /// <summary>Changes of the ring that this process made.</summary>
    internal long RingWrites => Interlocked.Read(ref _written);

    /// <summary>Changes of the ring that this process could not make.</summary>
    internal long RingWriteFailures => Interlocked.Read(ref _failed);

    /// <summary>By method and code, in the order of their numbers.</summary>
    internal IEnumerable<((KmsMethod Method, StatusCode Code) Of, DurationCells Cells)> Calls =>
        _calls.OrderBy(c => c.Key).Select(c => (c.Key, c.Value));

    internal void Called(KmsMethod method, StatusCode code, TimeSpan duration)
    {
        _calls.GetOrAdd((method, code), _ => new DurationCells()).Add(duration);
        if (_durations.Enabled)
        {
            _durations.Record(
                duration.TotalSeconds,
                new("method", method.ToString()),
                new("code", KmsCode.Names[(int)code])
            );
        }
    }

    /// <summary>Has the methods of KMS v1 on the page before their first call.</summary>
    internal void ExpectV1() => Expect(KmsMethod.V1Version, KmsMethod.V1Encrypt, KmsMethod.V1Decrypt);

    /// <summary>There from the start: a rate over a series that has just appeared would miss its first value.</summary>
    private void Expect(params ReadOnlySpan<KmsMethod> methods)
    {
        foreach (var method in methods)
            _calls.TryAdd((method, StatusCode.OK), new DurationCells());
    }

    internal void RingWritten(bool succeeded)
    {
        Interlocked.Increment(ref succeeded ? ref _written : ref _failed);
        _writes.Add(1, new KeyValuePair<string, object?>("result", succeeded ? "ok" : "failed"));
    }

    internal void PeerRefused(Surface surface) => Interlocked.Increment(ref _refused[Index(surface)]);

    internal long PeersRefused(Surface surface) => Interlocked.Read(ref _refused[Index(surface)]);

    public void Dispose() => _meter.Dispose();

    private static int Index(Surface surface) =>
        surface == Surface.Kms ? 0
        : surface == Surface.Admin ? 1
        : 2;
}
