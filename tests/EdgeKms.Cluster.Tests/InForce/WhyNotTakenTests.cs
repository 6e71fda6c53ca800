using System.Globalization;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.InForce;
using EdgeKms.Cluster.Tests.ApiServer;

namespace EdgeKms.Cluster.Tests.InForce;

/// <summary>The reason that is found, of each place where one may stand.</summary>
public sealed class WhyNotTakenTests : IDisposable
{
    private const string Socket = "/run/edgekms/none.sock";
    private const string PodLog = "m/var/log/pods/kube-system_kube-apiserver-a_1f/kube-apiserver/";
    private const string Tail =
        "sudo sh -c 'tail -n 50 /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log'";

    private readonly FakeProc _machine = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _machine.Dispose();
        _directory.Dispose();
    }

    private static string At(double second, string line) =>
        StandIn.Clock(second).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
        + " stderr F "
        + line
        + "\n";

    private ApiServerProcess Process(params string[] flags)
    {
        var file = _machine.File("e.yaml");
        _machine.Add(11, ["kube-apiserver", "--encryption-provider-config=" + file, .. flags]);
        return Assert.IsType<ApiServerSearch.Found>(ApiServerSearch.Run(file, _machine.Proc)).Process;
    }

    private async Task<WhyNotTaken> Find(
        InForceVerdict verdict,
        ApiServerProcess? process = null,
        string? socket = null,
        string? health = null,
        bool? reloads = true,
        string version = "v1.31.14"
    )
    {
        await using var server = await FakeApiServer.Start(async context =>
        {
            context.Response.StatusCode =
                health is null || context.Request.Path != "/healthz/kms-providers" ? 200 : 500;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, health ?? "ok");
        });
        var sample = new InForceSample(StandIn.Clock(300), TimeSpan.Zero)
        {
            Reloads = reloads,
            Version = version,
            Failing = health is null ? [] : ["etcd", "kms-providers"],
        };
        using var api = PlayedCluster.Client(server, TimeProvider.System);
        var why = await WhyNotTaken.FindAsync(
            api,
            new Taking(verdict, sample, TimeSpan.FromSeconds(300)),
            new ConfigurationPut("sha256:b", StandIn.Clock(0), "sha256:a", null, RestartedByUs: false),
            process,
            socket,
            new ApiServerLog(_directory["m"]),
            TestContext.Current.CancellationToken
        );
        Assert.StartsWith("the API server has not taken the configuration within 300 s: it is so", why.Reason);
        // Item 13: with the file before on disk again, a restart by hand changes nothing.
        Assert.DoesNotContain("restart it", why.Reason + why.Hint);
        return why;
    }

    private static readonly InForceVerdict s_refused = new InForceVerdict.Refused("is so");
    private static readonly InForceVerdict s_still = new InForceVerdict.StillBefore("is so");

    [Fact]
    public async Task Find_WithoutAutomaticReload_NamesTheFlagAndTheOption()
    {
        var known = await Find(s_still, Process());
        var said = await Find(s_still, reloads: false);
        var silent = await Find(new InForceVerdict.NotYet("is so"), version: "v1.27.16");
        var reloading = await Find(s_still, Process("--encryption-provider-config-automatic-reload"));

        Assert.Contains(
            "(process 11) was started without --encryption-provider-config-automatic-reload=true",
            known.Reason
        );
        Assert.All([known, said, silent], w => Assert.Contains("--restart-command COMMAND", w.Hint));
        Assert.DoesNotContain("--restart-command", reloading.Hint);
    }

    [Fact]
    public async Task Find_SocketThatItCannotReach_IsNamed()
    {
        var why = await Find(s_refused, Process("--encryption-provider-config-automatic-reload"), Socket);

        Assert.Contains($"; {Socket} is not there", why.Reason);
        Assert.Equal("sudo systemctl start edgekmsd", why.Hint);
    }

    [Fact]
    public async Task Find_RefusedReload_IsReadFromThePodsLog()
    {
        _directory.Write(
            PodLog + "3.log",
            At(
                -9,
                "E1129 controller.go:165] \"Unhandled Error\" err=\"error processing encryption config file /e: older\""
            )
                + At(
                    57,
                    "E1129 12:00:57.1 1 controller.go:165] \"Unhandled Error\" err=\"error processing encryption config file /e: health check for new transformers failed, polling error context deadline exceeded: kms provider \\\"edgekms\\\": rpc error: code = Unavailable desc = connection error: desc = \\\"transport: dial unix /run/x.sock: connect: no such file or directory\\\"\" logger=\"UnhandledError\""
                )
                + At(58, "I1129 12:00:58.1 1 other.go:1] something else")
        );

        var why = await Find(s_refused);

        Assert.Contains(
            "; edgekmsd doesn't run, or the encryption configuration names another socket (error processing",
            why.Reason
        );
        Assert.EndsWith("\"transport: dial unix /run/x.sock: connect: no such file or directory\")", why.Reason);
        Assert.Equal(Tail, why.Hint);
    }

    [Fact]
    public async Task Find_ErrorOfBeforeTheFile_IsNotItsReason()
    {
        _directory.Write(PodLog + "0.log", At(-9, "E1129 x] error processing encryption config file /e: older"));

        Assert.EndsWith("it is so", (await Find(s_refused)).Reason);
    }

    [Fact]
    public async Task Find_ServerThatDidNotStart_IsReadFromThePodsLog()
    {
        _directory.Write(
            PodLog + "4.log",
            At(
                20,
                "E1129 12:00:20 1 run.go:72] \"command failed\" err=\"resources[0].providers[1].kms.name: Invalid value: \\\"edgekms\\\": duplicate KMS provider name, names must be unique\""
            )
        );

        var why = await Find(new InForceVerdict.NotReady("is so"));

        Assert.Contains("has two KMS providers of one name (resources[0]", why.Reason);
        Assert.DoesNotContain("command failed", why.Reason);
    }

    [Fact]
    public async Task Find_KmsCheckThatFails_SaysWhatTheVerbosePageWithholds()
    {
        var why = await Find(
            new InForceVerdict.NotReady("is so"),
            health: "[-]kms-provider-0 failed: rpc error: code = Unavailable desc = connection error: connect: permission denied"
        );

        Assert.Contains("the user of the API server may not connect to the KMS socket (", why.Reason);
    }

    [Theory]
    [InlineData("m/etc/rancher/k3s/k3s.yaml", "sudo journalctl -u k3s --since -15min --no-pager")]
    [InlineData("m/etc/kubernetes/manifests/kube-apiserver.yaml", Tail)]
    [InlineData("m/etc/else", "look into the log of kube-apiserver")]
    public void Command_Machine_ShowsTheLogOfItsCluster(string file, string command)
    {
        _directory.Write(file, "");

        Assert.Equal(command, new ApiServerLog(_directory["m"]).Command(null));
    }
}
