using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Metrics;

/// <summary>
/// The daemon's figures in Prometheus's text format 0.0.4. Every label has a bound: methods, gRPC codes, states, kinds, sockets, and
/// one key id hash, version and error code at a time. docs/reference/metrics.md lists them, a test compares.
/// </summary>
internal static class MetricsPage
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] s_states = ["unsealed", "sealed", "absent", "damaged"];

    internal static string Of(StatusReport status, DaemonFigures figures)
    {
        var text = new MetricsText();
        text.Gauge("edgekms_build_info", "The version; always 1.", 1, ("version", status.Version));
        Health(text, status);
        CallMetrics.WriteTo(text, figures);
        if (status.Ring is { } ring)
            RingMetrics.WriteTo(text, ring, status.Rotation);
        RingMetrics.WriteTo(text, status.LastBackup);
        text.Counter("edgekms_ring_writes_total", "Changes of the ring by this process.", figures.RingWrites);
        text.Counter(
            "edgekms_ring_write_failures_total",
            "Changes of the ring that this process could not make.",
            figures.RingWriteFailures
        );
        ObjectMetrics.WriteTo(text, status);
        Process(text, status.Daemon);
        return text.ToString();
    }

    private static void Health(MetricsText text, StatusReport status)
    {
        text.State("edgekms_state", "State of the key ring: 1 for the state.", "state", s_states, status.State);
        text.Flag(
            "edgekms_sealed",
            "1 where no KEK is at hand, so that nothing can be read or written.",
            status.State != "unsealed"
        );
        if (status.Problem is { } problem)
        {
            text.Gauge(
                "edgekms_problem_info",
                "What is wrong, by the code in docs/reference/errors.md; always 1, absent where all is well.",
                1,
                ("code", problem.Code)
            );
        }
        if (status.SelfTest is not { } test)
            return;
        text.Flag(
            "edgekms_self_test_success",
            "1 where the last self-test wrapped and unwrapped a value.",
            test.Passed
        );
        text.Date(
            "edgekms_self_test_timestamp_seconds",
            "When the last self-test ran; its age is time() minus this.",
            test.At
        );
    }

    /// <summary>By the names that Prometheus's client libraries agree on.</summary>
    private static void Process(MetricsText text, DaemonReport? daemon)
    {
        text.Date("process_start_time_seconds", "When the process started.", daemon?.Started);
        text.Counter(
            "process_cpu_seconds_total",
            "Processor time that was used.",
            Environment.CpuUsage.TotalTime.TotalSeconds
        );
        text.Gauge("process_resident_memory_bytes", "Resident memory.", Environment.WorkingSet);
        text.Gauge(
            "process_open_fds",
            "Open descriptors.",
            Directory.EnumerateFileSystemEntries("/proc/self/fd").Count()
        );
    }
}
