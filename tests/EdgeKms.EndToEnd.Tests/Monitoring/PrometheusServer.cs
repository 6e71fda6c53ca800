using System.Globalization;
using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary>A real Prometheus on the loopback address that scrapes one exporter, and evaluates the project's rules, each second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    internal const string Program = "/usr/bin/prometheus";
    internal const string Tool = "/usr/bin/promtool";

    private readonly PrivateDirectory _directory = new();
    private readonly HttpClient _http;
    private readonly RunningProcess _process;

    private PrometheusServer(string target)
    {
        var port = FreePort.Take();
        var config = _directory.At("prometheus.yml");
        File.WriteAllText(
            config,
            $"""
            global:
              scrape_interval: 1s
              evaluation_interval: 1s
            rule_files:
              - {MonitoringFiles.Rules}
            scrape_configs:
              - job_name: edgekms
                static_configs:
                  - targets: ["{target}"]

            """
        );
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        _process = RunningProcess.Start(
            Program,
            [
                $"--config.file={config}",
                $"--storage.tsdb.path={_directory.At("data")}",
                $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ]
        );
    }

    internal static bool IsInstalled => File.Exists(Program) && File.Exists(Tool);

    /// <summary>Skips the test where it isn't installed.</summary>
    internal static void Require() => Assert.SkipUnless(IsInstalled, "needs Debian's package prometheus");

    internal static async Task<PrometheusServer> Start(string target)
    {
        var server = new PrometheusServer(target);
        await Eventually.Holds("Prometheus is ready", server.IsReady);
        return server;
    }

    /// <summary>The values of an instant query, without those that are no number.</summary>
    internal async Task<IReadOnlyList<double>> Query(string expression) =>
        [
            .. (await Ask("query?query=" + Uri.EscapeDataString(expression)))
                .GetProperty("result")
                .EnumerateArray()
                .Select(r => Number(r.GetProperty("value")))
                .Where(double.IsFinite),
        ];

    /// <summary>The values of all series over the last minute.</summary>
    internal async Task<IReadOnlyList<double>> QueryRange(string expression)
    {
        // Rounded up: what was scraped within this second must be in it.
        var end = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
        var query = $"query_range?start={end - 60}&end={end}&step=1&query={Uri.EscapeDataString(expression)}";
        return
        [
            .. (await Ask(query))
                .GetProperty("result")
                .EnumerateArray()
                .SelectMany(r => r.GetProperty("values").EnumerateArray())
                .Select(Number)
                .Where(double.IsFinite),
        ];
    }

    /// <summary>Every rule: its name, its health (<c>ok</c>), and its state where it is an alert.</summary>
    internal async Task<IReadOnlyList<(string Name, string Health, string? State)>> Rules() =>
        [
            .. (await Ask("rules"))
                .GetProperty("groups")
                .EnumerateArray()
                .SelectMany(g => g.GetProperty("rules").EnumerateArray())
                .Select(r =>
                    (
                        r.GetProperty("name").GetString()!,
                        r.GetProperty("health").GetString()!,
                        r.TryGetProperty("state", out var state) ? state.GetString() : null
                    )
                ),
        ];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _directory.Dispose();
    }

    private async Task<bool> IsReady()
    {
        if (_process.HasEnded)
            throw new InvalidOperationException($"Prometheus ended: {_process.Error}");
        try
        {
            using var answer = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it doesn't listen yet
        }
    }

    private async Task<JsonElement> Ask(string path)
    {
        using var answer = await _http.GetAsync(new Uri("/api/v1/" + path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{Uri.UnescapeDataString(path)}\n{text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").Clone();
    }

    private static double Number(JsonElement pair) =>
        double.TryParse(pair[1].GetString(), CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
}
