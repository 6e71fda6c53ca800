using System.Globalization;
using System.Net;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.InForce;

namespace EdgeKms.Cluster.Tests.InForce;

/// <summary>
/// A stand-in of an API server's <c>/metrics</c> and <c>/readyz?verbose</c>, as the sources of each minor version write them: which
/// metrics, which labels, from when on, TYPE and HELP (options/encryptionconfig/metrics of 1.28, 1.29, 1.30, 1.34; hidden by
/// component-base's shouldHide). Processes, reloads and the clock are the test's.
/// </summary>
internal sealed class StandIn(string version, bool reloads = true)
{
    internal const string Id = "sha256:14f9d63e669337ac6bfda2e2162915ee6a6067743eddd4e5c374b572f951ff37";

    private const string Prefix = "apiserver_encryption_config_controller_";

    private static readonly DateTimeOffset s_noon = DateTimeOffset.Parse(
        "2026-11-29T12:00:00Z",
        CultureInfo.InvariantCulture
    );

    /// <summary>Each minor version, and 1.28 with and without the fix of its counters.</summary>
    internal static IReadOnlyList<string> Versions { get; } =
    [
        "v1.27.16",
        "v1.28.2",
        "v1.28.15",
        "v1.29.14",
        "v1.30.14+k3s1",
        "v1.31.14",
        "v1.32.13",
        "v1.33.9",
        "v1.34.5",
        "v1.35.2",
        "v1.36.2",
    ];

    private double _start;
    private string? _hash;
    private double _step;
    private readonly Dictionary<string, (int Count, double Last)> _reloads = [];

    private int Minor => int.Parse(version.Split('.')[1], CultureInfo.InvariantCulture);

    internal bool NamesHash => Minor >= 34;

    internal bool Counts => Minor >= 29 || version == "v1.28.15";

    internal string? Failing { get; set; }

    internal string IdHash { get; set; } = Id;

    /// <summary>Wall clock of a moment, in seconds after noon, before any step.</summary>
    internal static DateTimeOffset Clock(double second) => s_noon.AddSeconds(second);

    /// <summary>A process starts and loads a file; nothing of its reloads is counted yet.</summary>
    internal StandIn Starts(double second, string? file)
    {
        (_start, _hash) = (second, file);
        _reloads.Clear();
        return this;
    }

    internal StandIn Loads(double second, string file)
    {
        _hash = file;
        return Counted("success", second);
    }

    internal StandIn Fails(double second) => Counted("failure", second);

    /// <summary>The wall clock is set; what was recorded keeps its time, the start of the process moves along.</summary>
    internal StandIn ClockSet(double by)
    {
        _step += by;
        return this;
    }

    internal InForceSample At(double second)
    {
        var (status, page) = Readyz();
        var ready = new ApiAnswer("GET /readyz?verbose", status, Encoding.UTF8.GetBytes(page));
        var now = new InForceSample(Clock(second + _step), TimeSpan.FromSeconds(1_000_000 + second));
        return InForceSample.Parse(Encoding.UTF8.GetBytes(Metrics()), ready, now);
    }

    /// <summary>The verbose page, which withholds why a check fails.</summary>
    internal (HttpStatusCode Status, string Page) Readyz()
    {
        var failing = Failing is null ? "" : $"[-]{Failing} failed: reason withheld\n";
        var hook = reloads ? "[+]poststarthook/start-encryption-provider-config-automatic-reload ok\n" : "";
        var page = $"[+]ping ok\n[+]etcd ok\n{failing}{hook}readyz check {(Failing is null ? "passed" : "failed")}\n";
        return (Failing is null ? HttpStatusCode.OK : HttpStatusCode.InternalServerError, page);
    }

    internal string Metrics()
    {
        var text = new StringBuilder();
        const string Split = " split by apiserver identity.";
        var isOld = version == "v1.28.15";
        if (isOld || Minor is 29 or 30)
        {
            foreach (
                var (name, status, word) in new[]
                {
                    ("failures", "failure", "failed"),
                    ("success", "success", "successful"),
                }
            )
            {
                Write(
                    text,
                    $"automatic_reload_{name}_total",
                    "counter",
                    (Minor == 30 ? "(Deprecated since 1.30.0) " : "")
                        + $"Total number of {word} automatic reloads of encryption configuration{(isOld ? "." : Split)}",
                    isOld ? [("", Count(status))] : Counted([status], _ => Labels())
                );
            }
        }
        if (isOld || Minor >= 29)
        {
            Write(
                text,
                "automatic_reload_last_timestamp_seconds",
                "gauge",
                "Timestamp of the last successful or failed automatic reload of encryption configuration"
                    + (isOld ? "." : Split),
                [
                    .. _reloads
                        .OrderBy(r => r.Key, StringComparer.Ordinal)
                        .Select(r => (isOld ? $"{{status=\"{r.Key}\"}}" : Labels(r.Key), Seconds(r.Value.Last))),
                ]
            );
        }
        if (Minor >= 30)
        {
            Write(
                text,
                "automatic_reloads_total",
                "counter",
                "Total number of reload successes and failures of encryption configuration" + Split,
                Counted(["failure", "success"], Labels)
            );
        }
        if (NamesHash && _hash is not null)
        {
            Write(
                text,
                "last_config_info",
                "gauge",
                "Information about the last applied encryption configuration with hash as label, split by apiserver identity.",
                [($"{{apiserver_id_hash=\"{IdHash}\",hash=\"{_hash}\"}}", "1")]
            );
        }
        text.Append(
                "# HELP kubernetes_build_info [ALPHA] A metric with a constant '1' value labeled by major, minor, git version\n"
            )
            .Append("# TYPE kubernetes_build_info gauge\n")
            .Append(
                CultureInfo.InvariantCulture,
                $"kubernetes_build_info{{build_date=\"2026-01-01T00:00:00Z\",compiler=\"gc\",git_version=\"{version}\",major=\"1\",minor=\"{Minor}\",platform=\"linux/amd64\"}} 1\n"
            )
            .Append("# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n")
            .Append("# TYPE process_start_time_seconds gauge\n");
        // Ticks of 10 ms after a boot time that is cut to seconds: this machine's is cut by 0.9 s, so all starts seem so early.
        var cut = Math.Floor(s_noon.ToUnixTimeSeconds() + 0.9 + _step) - 0.9;
        text.Append(CultureInfo.InvariantCulture, $"process_start_time_seconds {Go(cut + Math.Round(_start, 2))}\n");
        return text.ToString();
    }

    private StandIn Counted(string status, double second)
    {
        var before = _reloads.GetValueOrDefault(status);
        _reloads[status] = (before.Count + 1, second + _step);
        return this;
    }

    private string Count(string status) =>
        _reloads.GetValueOrDefault(status).Count.ToString(CultureInfo.InvariantCulture);

    private List<(string, string)> Counted(string[] all, Func<string, string> labels) =>
        [.. all.Where(_reloads.ContainsKey).Select(s => (labels(s), Count(s)))];

    private string Labels() => $"{{apiserver_id_hash=\"{IdHash}\"}}";

    private string Labels(string status) => $"{{apiserver_id_hash=\"{IdHash}\",status=\"{status}\"}}";

    /// <summary>A vector without a child writes nothing, not even its HELP.</summary>
    private static void Write(StringBuilder text, string name, string type, string help, List<(string, string)> samples)
    {
        if (samples.Count == 0)
            return;
        text.Append(
            CultureInfo.InvariantCulture,
            $"# HELP {Prefix}{name} [ALPHA] {help}\n# TYPE {Prefix}{name} {type}\n"
        );
        foreach (var (labels, value) in samples)
            text.Append(CultureInfo.InvariantCulture, $"{Prefix}{name}{labels} {value}\n");
    }

    private static string Seconds(double second) => Go(s_noon.ToUnixTimeSeconds() + second);

    /// <summary>As Go writes a float of this size: 1.7643636e+09.</summary>
    private static string Go(double value) => (value / 1e9).ToString("R", CultureInfo.InvariantCulture) + "e+09";
}
