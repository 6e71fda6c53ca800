using EdgeKms.Cluster.ControlPlane;

namespace EdgeKms.Cluster.Tests.ControlPlane;

/// <summary>The command lines, as golden/NAME.txt has them with STATE for the state directory. EDGEKMS_ACCEPT=1 writes them.</summary>
public sealed class CommandLineTests
{
    private static readonly Ports s_ports = new(6443, 2379, 2380);

    [Fact]
    public void Etcd_Arguments_AreTheGoldenOnes()
    {
        using var directory = new TemporaryState();
        Compare("etcd", EtcdCommand.Arguments(directory.State, s_ports), directory.Path);
    }

    [Theory]
    [InlineData("kube-apiserver")]
    [InlineData("kube-apiserver-lite")]
    public void ApiServer_Arguments_AreTheGoldenOnes(string program)
    {
        using var directory = new TemporaryState();
        var arguments = ApiServerCommand.Arguments(
            directory.State,
            s_ports,
            "/usr/local/bin/" + program,
            "/etc/edgekms/encryption-config.yaml"
        );
        Compare(program, arguments, directory.Path);
    }

    private static void Compare(string name, IReadOnlyList<string> arguments, string state)
    {
        var actual = string.Concat(arguments.Select(a => a.Replace(state, "STATE", StringComparison.Ordinal) + "\n"));
        var path = Path.Combine(Folder(), name + ".txt");
        if (Environment.GetEnvironmentVariable("EDGEKMS_ACCEPT") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    private static string Folder()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            var found = Path.Combine(at, "tests/EdgeKms.Cluster.Tests/ControlPlane/golden");
            if (Directory.Exists(found))
                return found;
        }
        throw new DirectoryNotFoundException("golden");
    }
}
