using System.Net;
using System.Text;
using EdgeKms.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Sockets;

/// <summary>The observer socket: status and metrics for a group, reports of one user, nothing else.</summary>
public sealed class ObserverTests
{
    private const string Group = "65534";

    private static readonly string[] s_observed = ["--observer-group", Group];

    [Fact]
    public async Task Observer_OfTheGroup_SeesStatusEventsAndMetricsAlone()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving(s_observed);

        var status = await OtherUser.Run(CommandProgram.Path, ["status", "-o", "json", .. home.Settings]);
        var metrics = await OtherUser.Run(CommandProgram.Path, ["metrics", .. home.Settings]);
        var events = await OtherUser.Get(home.ObserverSocket, "/v1/events");

        Assert.True(status.Exit == 0, status.ToString());
        Assert.Contains("\"state\": \"unsealed\"", status.Output, StringComparison.Ordinal);
        Assert.True(metrics.Exit == 0, metrics.ToString());
        Assert.Contains("edgekms_up 1\n", metrics.Output, StringComparison.Ordinal);
        Assert.Contains("edgekms_ring_generation 1\n", metrics.Output, StringComparison.Ordinal);
        Assert.Contains("\"event\": \"ring-created\"", events.Output, StringComparison.Ordinal);
        foreach (var change in new[] { "/v1/reload", "/v1/persist" })
            Assert.Equal("403", await OtherUserCode(home.ObserverSocket, "POST", change));
        Assert.Equal(7, (await OtherUser.Get(home.AdminSocket, "/v1/status")).Exit); // curl: could not connect
    }

    [Fact]
    public async Task Report_OfTheReporterAlone_IsTaken()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving(s_observed);
        Assert.Equal("403", await OtherUserCode(home.ObserverSocket, "PUT", "/v1/scan", Scan));
        Assert.Null((await home.Status()).LastScan);

        await home.Stop();
        await home.Serve([.. s_observed, "--observer-reporter", Group]);
        Assert.Equal("204", await OtherUserCode(home.ObserverSocket, "PUT", "/v1/scan", Scan));
        Assert.Equal("400", await OtherUserCode(home.ObserverSocket, "PUT", "/v1/scan", "{}"));

        Assert.Equal(5, (await home.Status()).LastScan!.Stale);
    }

    [Fact]
    public async Task Peer_OutsideTheGroup_IsTurnedAwayAndCounted()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Serving(s_observed);
        // The mode would let him in now: the daemon asks the kernel who he is.
        File.SetUnixFileMode(home.ObserverSocket, (UnixFileMode)0b110_110_110);

        var stranger = await RunningProcess.Run(
            "/usr/bin/setpriv",
            [
                "--reuid",
                "65533",
                "--regid",
                "65533",
                "--clear-groups",
                "/usr/bin/curl",
                "-sS",
                "--max-time",
                "300",
                "--unix-socket",
                home.ObserverSocket,
                "http://localhost/v1/status",
            ]
        );
        var member = await RunningProcess.Run(
            "/usr/bin/setpriv",
            [
                "--reuid",
                "65533",
                "--regid",
                "65533",
                "--groups",
                Group,
                "/usr/bin/curl",
                "-sS",
                "--unix-socket",
                home.ObserverSocket,
                "http://localhost/metrics",
            ]
        );

        Assert.NotEqual(0, stranger.Exit);
        Assert.Contains(
            "refused a connection to the observer socket from user 65533",
            home.Log,
            StringComparison.Ordinal
        );
        Assert.Contains("edgekms_peers_refused_total{socket=\"observer\"} 1", member.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_ThatDoesNotExist_LeavesTheServiceAsItIs()
    {
        await using var home = await ProviderHome.Serving("--observer-group", "no-such-group");
        using var kms = home.Kms();

        Assert.Equal("ok", (await kms.Status()).Healthz);
        Assert.False(File.Exists(home.ObserverSocket));
    }

    [Fact]
    public async Task RootsOwnRequest_OverTheObserverSocket_ChangesNothingEither()
    {
        await using var home = await ProviderHome.Serving(s_observed);
        using var observer = new HttpClient(UnixConnection.Handler(home.ObserverSocket));
        using var reload = await observer.PostAsync(new Uri("http://localhost/v1/reload"), null);
        Assert.Equal(HttpStatusCode.Forbidden, reload.StatusCode);
    }

    private const string Scan = """
        {"at":"2026-11-24T03:00:00Z","keyId":"k1.x","scope":"all","complete":true,"objects":6,"active":1,"stale":5,
         "foreign":0,"plain":0,"kmsV1":0,"notCovered":0}
        """;

    private static async Task<string> OtherUserCode(string socket, string method, string path, string body = "")
    {
        var answer = await OtherUser.Run(
            "/usr/bin/curl",
            "-sS",
            "--max-time",
            "300",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-X",
            method,
            "--data-binary",
            body,
            "--unix-socket",
            socket,
            "http://localhost" + path
        );
        return answer.Output.Trim();
    }
}
