using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Access;

/// <summary>What the daemon's process opens and gives away.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task Daemon_WithUrlsInItsEnvironment_OpensNoNetworkSocket()
    {
        await using var home = await ProviderHome.Create();
        const string url = "http://127.0.0.1:5999";
        string[] names =
        [
            "ASPNETCORE_URLS",
            "DOTNET_URLS",
            "URLS",
            "ASPNETCORE_HTTP_PORTS",
            "Kestrel__Endpoints__Http__Url",
        ];
        home.Start(
            DaemonProgram.Path,
            ["serve", .. home.Settings],
            names.Select(n =>
                KeyValuePair.Create<string, string?>(n, n.EndsWith("PORTS", StringComparison.Ordinal) ? "5999" : url)
            )
        );
        await home.Listening();
        using var kms = home.Kms();
        await kms.Status();
        await home.Status();

        Assert.Empty(OpenSockets.Network(home.Daemon!.Pid));
        Assert.True(OpenSockets.Unix(home.Daemon.Pid).Count >= 2);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(url)));
    }

    [Fact]
    public async Task Daemon_Native_HasNoDiagnosticsSocketAndNoCoreDump()
    {
        Assert.SkipUnless(
            DaemonProgram.IsNative,
            "needs the published edgekmsd: the JIT build has the runtime's diagnostics"
        );
        await using var home = await ProviderHome.Serving();
        var pid = home.Daemon!.Pid;

        // The names end with the process' start (man 5 proc, field 22): a killed process of the same number may have left its own.
        var start = (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Split(") ")[^1].Split(' ')[19];
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetTempPath(), $"dotnet-diagnostic-{pid}-{start}-*"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.GetTempPath(), $"clr-debug-pipe-{pid}-{start}-*"));
        var core = (await File.ReadAllLinesAsync($"/proc/{pid}/limits")).Single(l =>
            l.StartsWith("Max core file size", StringComparison.Ordinal)
        );
        Assert.Equal(
            ["0", "0", "bytes"],
            core["Max core file size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [Fact]
    public async Task Daemon_OfAnOrdinaryUser_GivesItsMemoryNotEvenToThatUser()
    {
        OtherUser.Require();
        await using var home = await ProviderHome.Create();
        // A process that may be dumped belongs to its user in /proc; one that may not belongs to root (man 5 proc).
        await using var control = RunningProcess.Start("/usr/bin/setpriv", [.. OtherUser.Become(), "/bin/sleep", "60"]);
        await RunningProcess.Run("/bin/chown", ["-R", "65534", home.State]);
        Directory.CreateDirectory(home.At("run"));
        await RunningProcess.Run("/bin/chown", ["65534", home.At("run")]);
        home.Start(
            "/usr/bin/setpriv",
            [.. OtherUser.Become(), OtherUser.Reachable(DaemonProgram.Path), "serve", .. home.Settings]
        );
        await home.Listening();

        Assert.Equal("65534\n", await OwnerOfMemory(control.Pid));
        Assert.Equal("0\n", await OwnerOfMemory(home.Daemon!.Pid));
        Assert.NotEqual(0, (await OtherUser.Run("/bin/cat", $"/proc/{home.Daemon.Pid}/environ")).Exit);
        using var kms = home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz);
    }

    private static async Task<string> OwnerOfMemory(int pid) =>
        (await RunningProcess.Run("/usr/bin/stat", ["-c", "%u", $"/proc/{pid}/mem"])).Output;
}
