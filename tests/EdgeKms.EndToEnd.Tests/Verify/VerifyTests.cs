using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Verify;

/// <summary><c>edgekms verify</c> as it is shipped, against a real API server, etcd and daemon.</summary>
public sealed class VerifyTests(VerifyCluster cluster) : IClassFixture<VerifyCluster>
{
    /// <summary>The lines of our own checks, each with its cause and next step.</summary>
    private static string Ours(CommandResult result) => result.Output.Split("\n\n")[1];

    private static void Starts(string report, params string[] lines)
    {
        foreach (var line in lines)
            Assert.Contains("\n" + line, "\n" + report);
    }

    [Fact]
    public async Task Verify_ClusterThatIsWell_PassesEveryCheckAndLeavesNothing()
    {
        Testbed.Require();
        var key = await cluster.Provider.ActiveKey();

        var result = await cluster.Verify();

        Assert.True(result.Exit == 0, result.ToString());
        Starts(
            result.Output,
            "API server https://127.0.0.1:",
            "[+]ping ok\n",
            "[+]kms-providers ok\n",
            "[+]poststarthook/start-encryption-provider-config-automatic-reload ok\n",
            "readyz check passed\n"
        );
        Starts(
            Ours(result),
            "[+]readyz: ",
            "[+]kms-providers: ",
            "[+]automatic-reload: ",
            $"[+]daemon: edgekmsd serves, its active key is {key}",
            "[ ]readable-objects: edgekmsd was told of no scan",
            "[+]encryption-config: ",
            "[+]identity: last: once every object is encrypted, \"edgekms migrate --to kms --encryption-config ",
            $"[+]configuration-in-force: the API server works with {cluster.Configuration} as it is on disk",
            "[+]probe-secret: Secret default/edgekms-verify-",
            $"[+]stored-value: etcd at {cluster.Etcd.Url} has the probe as k8s:enc:kms:v2:{VerifyCluster.ProviderName}:",
            $"[+]key-id: the probe is under the active key {key}",
            "[+]metrics: the API server uses the active key, sha256:",
            $"[+]stored-objects: {cluster.Configuration} has the provider of each of "
        );
        Assert.EndsWith("verified: 12 checks passed, 1 skipped\n", result.Output);
        Assert.Empty(result.Error);
        Assert.Empty(await cluster.Probes());
    }

    [Fact]
    public async Task Verify_Json_HasTheSame()
    {
        Testbed.Require();
        var result = await cluster.Verify("-o", "json");
        using var json = JsonDocument.Parse(result.Output);
        var report = json.RootElement;
        Assert.Equal(0, result.Exit);
        Assert.Equal(0, report.GetProperty("exitCode").GetInt32());
        Assert.Equal(0, report.GetProperty("failed").GetInt32());
        Assert.Equal(VerifyCluster.ProviderName, report.GetProperty("provider").GetString());
        Assert.Equal(await cluster.Provider.ActiveKey(), report.GetProperty("keyId").GetString());
        Assert.Contains("[+]ping ok", report.GetProperty("readyz").EnumerateArray().Select(l => l.GetString()));
        Assert.Equal(13, report.GetProperty("checks").GetArrayLength());
        Assert.All(
            report.GetProperty("checks").EnumerateArray(),
            c =>
                Assert.Equal(
                    c.GetProperty("name").GetString() == "readable-objects" ? "skipped" : "ok",
                    c.GetProperty("outcome").GetString()
                )
        );
    }

    [Fact]
    public async Task Verify_AnotherProviderName_FailsWhereTheNameShows()
    {
        Testbed.Require();
        var result = await cluster.Verify("--provider-name", "edgekms");
        Assert.True(result.Exit == 13, result.ToString());
        Starts(Ours(result), "[+]kms-providers: ", "[-]encryption-config: ", "[-]stored-value: ", "[-]metrics: ");
        Assert.Contains(
            $"cause: it is stored as k8s:enc:kms:v2:{VerifyCluster.ProviderName}:, so another provider is the first one",
            Ours(result)
        );
        Assert.EndsWith("not verified: 3 checks failed, 1 skipped\n", result.Output);
    }

    [Fact]
    public async Task Verify_DaemonStoppedWhileTheApiServerStarts_SaysWhyAndWhatToRun()
    {
        Testbed.Require();
        await cluster.Provider.Stop();
        await cluster.Api.Stop();
        cluster.Api.Start();
        try
        {
            await Eventually.Holds(
                "the API server answers",
                async () => await cluster.Api.Try("/readyz/ping") == HttpStatusCode.OK
            );

            var result = await cluster.Verify();

            Assert.True(result.Exit == 13, result.ToString());
            Starts(result.Output, "[-]kms-providers failed: reason withheld\n");
            var ours = Ours(result);
            Starts(
                ours,
                "[-]readyz: ",
                "[-]kms-providers: ",
                "[-]daemon: ",
                "[-]probe-secret: ",
                "[ ]stored-value: ",
                "[ ]key-id: ",
                "[ ]metrics: "
            );
            Assert.Contains(
                "cause: edgekmsd doesn't run, or the encryption configuration names another socket\n",
                ours
            );
            Assert.Contains("next: sudo systemctl start edgekmsd\n", ours);
            Assert.Contains("cause: since the API server started, the KMS plugin has given no good Status", ours);
        }
        finally
        {
            await cluster.Provider.Serve();
            await cluster.Api.Ready();
        }
        var again = await cluster.Verify();
        Assert.True(again.Exit == 0, again.ToString());
    }

    [Fact]
    public async Task Verify_IdentityFirst_FailsWithTheCause()
    {
        Testbed.Require();
        var configuration = await cluster.WriteConfiguration("first.yaml", "first");
        Directory.CreateDirectory(cluster.At("second"));
        await using var api = new ApiServer(cluster.At("second"), cluster.Etcd.Url, configuration);
        api.Start();
        await api.Ready();

        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(api.KubeConfig("kubeconfig"), cluster.Etcd.Url, configuration)
        );

        Assert.True(result.Exit == 13, result.ToString());
        Starts(
            Ours(result),
            "[+]kms-providers: ",
            "[+]encryption-config: ",
            "[-]identity: ",
            "[-]stored-value: ",
            "[ ]key-id: ",
            "[-]metrics: "
        );
        Assert.Contains("cause: the first provider writes: everything new is stored in the clear\n", Ours(result));
        Assert.Contains("cause: it is stored in the clear: identity is the first provider", Ours(result));
        Assert.Empty(await cluster.Probes());
    }

    // A file that was broken by hand: the API server goes on with what it read before, and doesn't start again.
    [Theory]
    [InlineData("secrets", "KMS, cachesize: 5}", "has a cachesize, which KMS v2 does not know")]
    [InlineData("secrets", "KMS}|KMS}", "stands twice")]
    [InlineData("secrets", "KMS}|aescbc: {keys: [{name: k, secret: c2hvcnQh}]}", "has 6 bytes")]
    [InlineData("secrets", "KMS, timeout: 0s}", "no time above zero")]
    [InlineData("Secrets", "KMS}", "must be written in lower case")]
    [InlineData("secrets", "KMS, timout: 3s}", "timout")]
    [InlineData("secrets", "KMS}|identity:", "")]
    public async Task Verify_FileThatTheApiServerWouldNotStartWith_SaysWhyWhileEverythingElsePasses(
        string resources,
        string providers,
        string cause
    )
    {
        Testbed.Require();
        var kms =
            $"kms: {{name: {VerifyCluster.ProviderName}, apiVersion: v2, endpoint: 'unix://{cluster.Provider.KmsSocket}'";
        var broken = cluster.At("broken.yaml");
        await File.WriteAllTextAsync(
            broken,
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
                + $"- resources: [{resources}]\n  providers:\n"
                + string.Concat(
                    providers.Replace("KMS", kms, StringComparison.Ordinal).Split('|').Select(p => $"  - {p}\n")
                )
        );

        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(cluster.Api.KubeConfig("kubeconfig"), cluster.Etcd.Url, broken)
        );

        Assert.True(result.Exit == 13, result.ToString());
        Starts(
            Ours(result),
            "[+]readyz: ",
            $"[-]encryption-config: ",
            "[ ]configuration-in-force: ",
            "[+]probe-secret: ",
            "[+]stored-value: ",
            "[+]metrics: "
        );
        var lines = Ours(result).Split('\n').ToList();
        Assert.Contains(
            cause,
            lines[lines.FindIndex(l => l.StartsWith("[-]encryption-config", StringComparison.Ordinal)) + 1]
        );
    }

    [Fact]
    public async Task Verify_FileThatIsNotInForce_SaysSo()
    {
        Testbed.Require();
        var other = cluster.At("other.yaml");
        await File.WriteAllTextAsync(other, await File.ReadAllTextAsync(cluster.Configuration) + "# another\n");

        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(cluster.Api.KubeConfig("kubeconfig"), cluster.Etcd.Url, other)
        );

        Assert.True(result.Exit == 13, result.ToString());
        Starts(
            Ours(result),
            "[+]encryption-config: ",
            $"[-]configuration-in-force: the API server does not work with {other} as it is on disk\n     cause: it works with another file, of hash sha256:"
        );
        Assert.EndsWith("not verified: 1 check failed, 1 skipped\n", result.Output);
    }

    [Fact]
    public async Task Verify_DatastoreOfAnotherCluster_Fails()
    {
        Testbed.Require();
        await using var empty = await Etcd.EtcdServer.Start(cluster.At("empty"));

        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(cluster.Api.KubeConfig("kubeconfig"), empty.Url, cluster.Configuration)
        );

        Assert.True(result.Exit == 13, result.ToString());
        Starts(Ours(result), "[-]stored-value: ", "[-]stored-objects: what is stored can't be looked at");
        Assert.Contains("it is empty", Ours(result), StringComparison.Ordinal);
        Assert.Empty(await cluster.Probes());
    }

    [Fact]
    public async Task Verify_EtcdThatIsGone_FailsThatCheckAlone()
    {
        Testbed.Require();
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(
                cluster.Api.KubeConfig("kubeconfig"),
                $"http://127.0.0.1:{FreePort.Take()}",
                cluster.Configuration
            )
        );
        Assert.True(result.Exit == 13, result.ToString());
        Starts(
            Ours(result),
            "[+]probe-secret: ",
            "[-]stored-value: the datastore can't be read",
            "[ ]key-id: ",
            "[+]metrics: "
        );
    }

    [Fact]
    public async Task Verify_WrongToken_IsRefusedAndNotPrinted()
    {
        Testbed.Require();
        var token = Canary.Text();
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(cluster.Api.KubeConfig("wrong", token), cluster.Etcd.Url, cluster.Configuration)
        );
        Assert.True(result.Exit == 9, result.ToString());
        Assert.Contains(
            "edgekms: error: the API server doesn't accept the credentials of the kubeconfig: Unauthorized",
            result.Error
        );
        Assert.DoesNotContain(token, result.ToString());
    }

    [Fact]
    public async Task Verify_ApiServerGone_IsUnreachable()
    {
        Testbed.Require();
        var text = await File.ReadAllTextAsync(cluster.Api.KubeConfig("kubeconfig"));
        var kubeConfig = cluster.At("gone");
        await File.WriteAllTextAsync(kubeConfig, Regex.Replace(text, "(?<=127.0.0.1:)[0-9]+", $"{FreePort.Take()}"));
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            cluster.Arguments(kubeConfig, cluster.Etcd.Url, cluster.Configuration)
        );
        Assert.True(result.Exit == 11, result.ToString());
        Assert.Contains("can't be reached: nobody listens there", result.Error);
    }

    [Fact]
    public async Task Verify_InterruptedWhileItReadsTheDatastore_DeletesItsProbe()
    {
        Testbed.Require();
        // An etcd that takes the connection and never answers.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var verify = RunningProcess.Start(
            CommandProgram.Path,
            cluster.Arguments(
                cluster.Api.KubeConfig("kubeconfig"),
                $"http://{silent.LocalEndpoint}",
                cluster.Configuration
            )
        );
        await Eventually.Holds("the probe is stored", async () => (await cluster.Probes()).Any());

        verify.Send(Signal.Interrupt);

        Assert.Equal(130, await verify.Ended());
        Assert.Empty(await cluster.Probes());
    }
}
