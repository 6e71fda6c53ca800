using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.ApiServer;

public sealed class KubeConfigFileTests : IDisposable
{
    private readonly TemporaryDirectory _machine = new();

    public void Dispose() => _machine.Dispose();

    private string Find(string? named = null, string? variable = null) =>
        new KubeConfigFile(variable, _machine["home"], _machine.Path).Find(named);

    [Fact]
    public void Find_Named_WinsOverEverything()
    {
        _machine.Write("etc/rancher/k3s/k3s.yaml", "");
        Assert.Equal("/named", Find("/named", variable: _machine.Write("v", "")));
    }

    [Fact]
    public void Find_Variable_TakesItsFirstExistingEntry()
    {
        _machine.Write("etc/rancher/k3s/k3s.yaml", "");
        var (first, second) = (_machine.Write("a", ""), _machine.Write("b", ""));
        Assert.Equal(first, Find(variable: $":{_machine["missing"]}:{first}:{second}"));
        Assert.EndsWith("k3s.yaml", Find(variable: _machine["missing"]));
    }

    [Fact]
    public void Find_FilesOfTheMachine_AreTakenInTheirOrder()
    {
        string[] order =
        [
            "etc/rancher/k3s/k3s.yaml",
            "etc/kubernetes/admin.conf",
            "var/lib/edgekms-local/kubeconfig",
            "home/.kube/config",
        ];
        foreach (var file in order.Reverse())
        {
            _machine.Write(file, "");
            Assert.Equal(_machine[file], Find());
        }
    }

    [Fact]
    public void Find_Nothing_SaysHowToNameOne()
    {
        var e = Assert.Throws<CommandException>(() => Find());
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Contains("--kubeconfig", e.Hint);
    }

    [Fact]
    public void Find_FileForAnotherUser_IsPassedOverOrNamed()
    {
        Assert.SkipUnless(Environment.UserName != "root", "root may read everything");
        var k3s = _machine.Write("etc/rancher/k3s/k3s.yaml", "");
        File.SetUnixFileMode(k3s, UnixFileMode.None);
        Assert.Equal(ExitCode.Permission, Assert.Throws<CommandException>(() => Find()).ExitCode);
        Assert.Equal(_machine.Write("home/.kube/config", ""), Find());
    }
}
