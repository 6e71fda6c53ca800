using System.Net;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary><c>edgekms metrics --listen</c> and <c>--textfile</c>, and <c>status --watch</c> without a terminal.</summary>
public sealed class MetricsServerTests
{
    [Fact]
    public async Task Listen_OnTheLoopbackAddress_ServesTheDaemonsPageAndNothingElse()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        await kms.Encrypt(Canary.Bytes(32));
        var port = FreePort.Take();
        await using var server = RunningProcess.Start(
            CommandProgram.Path,
            ["metrics", "--listen", $"127.0.0.1:{port}", .. home.Settings]
        );
        await Eventually.Holds(
            "the metrics are served",
            () => server.Error.Contains($"http://127.0.0.1:{port}/metrics", StringComparison.Ordinal)
        );
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        using var answer = await http.GetAsync(new Uri("/metrics", UriKind.Relative));
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Contains("edgekms_up 1\n", page, StringComparison.Ordinal);
        Assert.Contains(
            "edgekms_kms_requests_total{method=\"Encrypt\",code=\"OK\"} 1\n",
            page,
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.NotFound, await Code(http, HttpMethod.Get, "/v1/status"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await Code(http, HttpMethod.Post, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await Code(http, HttpMethod.Head, "/metrics"));

        await home.Kill();
        Assert.EndsWith("edgekms_up 0\n", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        await home.Serve();
        Assert.Contains("edgekms_up 1\n", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

        server.Send(Signal.Terminate);
        Assert.Equal(0, await server.Ended());
    }

    [Fact]
    public async Task Listen_OnAPortThatIsTaken_SaysSo()
    {
        await using var home = await ProviderHome.Create();
        using var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var result = await RunningProcess.Run(
            CommandProgram.Path,
            ["metrics", "--listen", $"127.0.0.1:{port}", .. home.Settings]
        );

        Assert.True(result.Exit == 1, result.ToString());
        Assert.Contains($"127.0.0.1:{port} can't be listened on", result.Error, StringComparison.Ordinal);
        Assert.Contains("edgekms: hint: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_WithoutATerminal_SaysALineForEachChangeAndNothingElse()
    {
        await using var home = await ProviderHome.Serving();
        await using var watch = RunningProcess.Start(
            CommandProgram.Path,
            ["status", "--watch", "--interval", "1s", .. home.Settings]
        );
        await Eventually.Holds("the first line", () => Lines(watch).Length == 1);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Single(Lines(watch));

        await home.Rotate();
        await Eventually.Holds("the rotation", () => Lines(watch).Length == 2);
        Assert.Contains("; generation 2, key k2.", Lines(watch)[1], StringComparison.Ordinal);

        await home.Kill();
        await Eventually.Holds("the end", () => Lines(watch).Length == 3);
        Assert.Contains(" stopped: ", Lines(watch)[2], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', watch.Output);
        Assert.Empty(watch.Error);
    }

    private static string[] Lines(RunningProcess process) =>
        process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<HttpStatusCode> Code(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}
