using System.Text;
using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.ControlPlane;

/// <summary><c>edgekms up</c> from its start to its stop.</summary>
public sealed class UpTests
{
    private static readonly string[] s_children = ["edgekmsd", "etcd", "kube-apiserver"];

    [Fact]
    public async Task Secret_WrittenBeforeAStop_IsEncryptedAndReadableAfterTheNextStart()
    {
        await using var cluster = await LocalCluster.Running();
        await cluster.CreateSecret("first", "one");
        Assert.Equal("one", await cluster.ReadSecret("first"));
        var stored = await cluster.Stored("/registry/secrets/default/first");
        Assert.StartsWith("k8s:enc:kms:v2:edgekms:", Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
        Assert.Equal("edgekms", StoredSecret.Parse(stored).Provider);
        var certificate = await File.ReadAllBytesAsync(Path.Combine(cluster.State, "pki", "apiserver.crt"));

        Assert.Equal(0, await cluster.Stop(Signal.Terminate));
        Assert.Empty(cluster.Processes());
        Assert.Empty(Directory.GetFiles(Path.Combine(cluster.State, "run")));
        var output = cluster.Up!.Output;
        Assert.Matches("(?s)Starting edgekmsd\n.*Starting etcd\n.*Starting kube-apiserver\n", output);
        Assert.Matches("(?s)Stopping kube-apiserver\n.*Stopping etcd\n.*Stopping edgekmsd\n", output);

        cluster.Start();
        await cluster.Ready();
        Assert.Equal("one", await cluster.ReadSecret("first"));
        Assert.Equal(certificate, await File.ReadAllBytesAsync(Path.Combine(cluster.State, "pki", "apiserver.crt")));
    }

    [Fact]
    public async Task Clients_WithoutACertificate_GetNothing()
    {
        await using var cluster = await LocalCluster.Running();
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(cluster.State, "endpoints.json")));
        var api = json.RootElement.GetProperty("apiServer").GetString()!;
        var etcd = json.RootElement.GetProperty("etcd").GetString()!;
        string[] status = ["-ks", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "300"];

        var anonymous = await RunningProcess.Run("/usr/bin/curl", [.. status, api + "/api/v1/secrets"]);
        var client = await RunningProcess.Run(
            "/usr/bin/curl",
            [.. status, .. Certificate(cluster, "etcd-client"), api + "/api/v1/secrets"]
        );
        var admin = await RunningProcess.Run(
            "/usr/bin/curl",
            [.. status, .. Certificate(cluster, "admin"), api + "/api/v1/secrets"]
        );
        var noCertificate = await RunningProcess.Run("/usr/bin/curl", [.. status, etcd + "/health"]);
        var adminAtEtcd = await RunningProcess.Run(
            "/usr/bin/curl",
            [.. status, .. Certificate(cluster, "admin"), etcd + "/health"]
        );

        Assert.Equal(
            ("401", "401", "200", "000", "000"),
            (
                anonymous.Output.Trim(),
                client.Output.Trim(),
                admin.Output.Trim(),
                noCertificate.Output.Trim(),
                adminAtEtcd.Output.Trim()
            )
        );
    }

    [Fact]
    public async Task Json_OfWhatIsReady_IsOneDocumentAndTheStepsAreElsewhere()
    {
        await using var cluster = await LocalCluster.Create();
        cluster.Start("-o", "json");
        await Eventually.Holds("the document", () => cluster.Up!.Output.EndsWith("}\n", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(cluster.Up!.Output);
        var root = json.RootElement;
        Assert.Equal(Path.Combine(cluster.State, "kubeconfig"), root.GetProperty("kubeconfig").GetString());
        var processes = root.GetProperty("processes").EnumerateArray().ToList();
        Assert.Equal(s_children, processes.Select(p => p.GetProperty("name").GetString()));
        Assert.Equal(s_children.Select(cluster.Pid), processes.Select(p => p.GetProperty("pid").GetInt32()));
        Assert.Contains("Starting etcd", cluster.Up.Error);
    }

    [Fact]
    public async Task Daemon_ThatRunsAlready_IsUsedAndLeftRunning()
    {
        await using var cluster = await LocalCluster.Create();
        await cluster.Home.Serve();
        cluster.Start("--no-daemon");
        await cluster.Ready();
        await cluster.CreateSecret("a", "b");
        Assert.Equal(0, await cluster.Stop(Signal.Interrupt));

        Assert.DoesNotContain("edgekmsd", cluster.Up!.Output.Replace(cluster.State, ""));
        Assert.Equal("unsealed", (await cluster.Home.Status()).State);
        Assert.Equal(0, await cluster.Home.Stop());
    }

    [Fact]
    public async Task PrivateKeys_OfTheState_AreTheOwnersAndInNoOutput()
    {
        await using var cluster = await LocalCluster.Running();
        const UnixFileMode Others = (UnixFileMode)0b111_111;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(cluster.State) & Others);
        string[] keys =
        [
            .. Directory.GetFiles(Path.Combine(cluster.State, "pki"), "*.key"),
            Path.Combine(cluster.State, "kubeconfig"),
        ];
        Assert.Equal(9, keys.Length);
        foreach (var file in keys.Concat(Directory.GetFiles(Path.Combine(cluster.State, "logs"))))
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others);
        var lines = string.Concat(cluster.Processes()) + cluster.Up!.Output + cluster.Up.Error;
        foreach (var key in keys[..^1])
            Assert.DoesNotContain((await File.ReadAllLinesAsync(key))[1], lines);
    }

    private static string[] Certificate(LocalCluster cluster, string name) =>
        [
            "--cert",
            Path.Combine(cluster.State, "pki", name + ".crt"),
            "--key",
            Path.Combine(cluster.State, "pki", name + ".key"),
        ];
}
