using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Tests.ApiServer;

/// <summary>Which process reads the file, in trees like <c>/proc</c>.</summary>
public sealed class ApiServerSearchTests : IDisposable
{
    private const string InPod = "/etc/kubernetes/enc/e.yaml";

    private readonly FakeProc _machine = new();
    private readonly string _file;

    public ApiServerSearchTests() => _file = _machine.File("etc/encryption.yaml");

    public void Dispose() => _machine.Dispose();

    private ApiServerSearch Run() => ApiServerSearch.Run(_file, _machine.Proc);

    private ApiServerProcess Found() => Assert.IsType<ApiServerSearch.Found>(Run()).Process;

    private string Pod(string name, bool hasFile)
    {
        var root = _machine.Root(name);
        if (hasFile)
            FakeProc.Link(_file, root + InPod);
        return root;
    }

    /// <summary>Of each command line the process that is found; 0: none.</summary>
    [Theory]
    [InlineData("kube-apiserver|--encryption-provider-config=FILE", 20)]
    [InlineData("/usr/local/bin/kube-apiserver|--v=2|--encryption-provider-config|FILE", 20)]
    [InlineData("/x/bin/kube-apiserver-lite|--encryption-provider-config=FILE", 20)]
    [InlineData("kube-apiserver|--encryption-provider-config=/other|--encryption-provider-config=FILE", 20)]
    [InlineData("kube-apiserver|--encryption-provider-config=FILE|--encryption-provider-config=/other", 0)]
    [InlineData("kube-apiserver|--v=2", 0)]
    [InlineData("kube-apiserver", 0)]
    [InlineData("sh|-c|exec kube-apiserver --encryption-provider-config=FILE", 0)]
    [InlineData("/go-runner|/usr/local/bin/kube-apiserver|--encryption-provider-config=FILE", 0)]
    [InlineData("kube-apiservers|--encryption-provider-config=FILE", 0)]
    [InlineData("grep|kube-apiserver|--encryption-provider-config=FILE", 0)]
    [InlineData("/usr/local/bin/k3s server", 20)]
    [InlineData("/usr/local/bin/k3s|server|--disable|traefik", 20)]
    [InlineData("k3s|agent", 0)]
    [InlineData("", 0)]
    public void Run_CommandLine_IsTheApiServersOrNot(string line, int pid)
    {
        string[] words = line.Length == 0 ? [] : line.Replace("FILE", _file, StringComparison.Ordinal).Split('|');
        _machine.Add(20, words);

        Assert.Equal(pid, (Run() as ApiServerSearch.Found)?.Process.Pid ?? 0);
    }

    [Fact]
    public void Run_WrappedInAPod_FindsTheProcessThatSeesTheFileUnderItsOwnName()
    {
        _machine.Add(
            10,
            ["/go-runner", "kube-apiserver", "--encryption-provider-config=" + InPod],
            Pod("a", hasFile: true)
        );
        _machine.Add(9, ["kube-apiserver", "--encryption-provider-config=" + InPod], Pod("b", hasFile: false));
        _machine.Add(
            11,
            [
                "kube-apiserver",
                "--encryption-provider-config=" + InPod,
                "--encryption-provider-config-automatic-reload=true",
                "--etcd-servers=https://127.0.0.1:2379",
                "--etcd-prefix=/mine",
            ],
            _machine["a"],
            (65_534, 65_533, "4 20", "0000000000000000"),
            "/",
            "/etc/kubernetes/enc"
        );

        var process = Found();

        Assert.Equal((11, InPod, true), (process.Pid, process.EncryptionConfig, process.SeesFile));
        Assert.True(process.AutomaticReload);
        Assert.False(process.IsFileMounted);
        Assert.Null(process.WhyNoReload);
        Assert.Equal(["https://127.0.0.1:2379"], process.EtcdServers);
        Assert.Equal("/mine", process.EtcdPrefix);
        Assert.Equal((65_534u, 65_533u, false), (process.Rights!.Uid, process.Rights.Gid, process.Rights.PassesModes));
        Assert.Equal([4u, 20u], process.Rights.Groups);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_764_417_600).AddSeconds(3_600.5), process.Started);
    }

    [Fact]
    public void Run_PodThatMountsTheFileItself_IsSaid()
    {
        var root = Pod("a", hasFile: true);
        _machine.Add(
            11,
            [
                "kube-apiserver",
                "--encryption-provider-config=" + InPod,
                "--encryption-provider-config-automatic-reload",
            ],
            root,
            null,
            "/",
            InPod
        );

        var process = Found();

        Assert.True(process.IsFileMounted);
        Assert.Contains("mounts /etc/kubernetes/enc/e.yaml itself and not its directory", process.WhyNoReload);
    }

    [Fact]
    public void Run_WithoutAutomaticReload_IsSaid()
    {
        _machine.Add(11, ["kube-apiserver", "--encryption-provider-config=" + _file]);

        Assert.Contains("without --encryption-provider-config-automatic-reload=true", Found().WhyNoReload);
        Assert.Null(Found().EtcdPrefix);
        Assert.Empty(Found().EtcdServers!);
    }

    [Fact]
    public void Run_K3s_HasNoFlags()
    {
        _machine.Add(11, ["/usr/local/bin/k3s server\0\0\0"]);

        var process = Found();

        Assert.True(process.IsInsideK3s);
        Assert.True(process.SeesFile);
        Assert.Equal((null, null, null), (process.AutomaticReload, process.EtcdServers, process.EtcdPrefix));
        Assert.Null(process.WhyNoReload);
    }

    [Fact]
    public void Run_K3sBesideOneThatReadsTheFile_GivesTheLatter()
    {
        _machine.Add(11, ["/usr/local/bin/k3s server"]);
        _machine.Add(12, ["kube-apiserver", "--encryption-provider-config=" + _file]);

        Assert.Equal(12, Found().Pid);
    }

    [Fact]
    public void Run_SameNameOfAnotherFile_IsFoundAndSaid()
    {
        var root = _machine.Root("a");
        Directory.CreateDirectory(Path.GetDirectoryName(root + _file)!);
        File.WriteAllText(root + _file, "another");
        _machine.Add(11, ["kube-apiserver", "--encryption-provider-config=" + _file], root);

        Assert.False(Found().SeesFile);
    }

    [Fact]
    public void Run_WithoutRoot_CannotTellOrKnowsTheName()
    {
        _machine.Add(11, ["kube-apiserver", "--encryption-provider-config=" + InPod], root: null);

        Assert.Contains("process 11", Assert.IsType<ApiServerSearch.CannotTell>(Run()).Reason);

        _machine.Add(12, ["kube-apiserver", "--encryption-provider-config=" + _file], Pod("b", hasFile: false));
        _machine.Add(10, ["kube-apiserver", "--encryption-provider-config=" + _file], root: null);

        Assert.Equal((10, null, null), (Found().Pid, Found().SeesFile, Found().IsFileMounted));
    }

    [Fact]
    public void Run_Others_AreNamed()
    {
        Assert.Equal("no kube-apiserver runs on this machine", Assert.IsType<ApiServerSearch.None>(Run()).Reason);

        _machine.Add(5, ["/kube-apiserver-healthcheck", "--port=3990"]);
        _machine.Add(11, ["kube-apiserver", "--encryption-provider-config=/other"]);
        _machine.Add(12, ["kube-apiserver"]);

        Assert.Equal(
            $"kube-apiserver (process 11) reads /other, kube-apiserver (process 12) reads no encryption configuration, not {_file}",
            Assert.IsType<ApiServerSearch.None>(Run()).Reason
        );
    }

    [Fact]
    public void Run_HiddenProcesses_CannotTell()
    {
        using var hidden = new FakeProc(hidesOthers: true);

        Assert.IsType<ApiServerSearch.CannotTell>(ApiServerSearch.Run(_file, hidden.Proc));
    }

    [Fact]
    public void Run_RelativePath_IsOfItsWorkingDirectory()
    {
        _machine.Add(11, ["kube-apiserver", "--encryption-provider-config=encryption.yaml"]);
        File.CreateSymbolicLink(Path.Combine(_machine.Proc, "11/cwd"), Path.GetDirectoryName(_file)!);

        Assert.True(Found().SeesFile);
    }
}
