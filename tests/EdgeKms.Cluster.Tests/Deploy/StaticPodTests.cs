using System.Globalization;
using EdgeKms.Cluster.Tests.Repository;
using EdgeKms.Contract.Settings;
using YamlDotNet.RepresentationModel;

namespace EdgeKms.Cluster.Tests.Deploy;

/// <summary>
/// deploy/kubernetes/edgekmsd-static-pod.yaml: what it must have to be safe, and to start when nothing of the cluster runs.
/// The test bed's API server serves no pods, so nobody else reads it.
/// </summary>
public class StaticPodTests
{
    private static readonly YamlMappingNode s_pod = Read("deploy/kubernetes/edgekmsd-static-pod.yaml");

    private static readonly YamlMappingNode s_container = (YamlMappingNode)At(s_pod, "spec", "containers", 0);

    private static YamlMappingNode Read(string path)
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(SourceTree.At(path));
        yaml.Load(text);
        return (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
    }

    private static YamlNode At(YamlNode node, params object[] path) =>
        path.Aggregate(node, (at, step) => step is int index ? at[index] : at[(string)step]);

    private static string Text(YamlNode node, params object[] path) => ((YamlScalarNode)At(node, path)).Value!;

    [Theory]
    [InlineData("true", "spec", "securityContext", "runAsNonRoot")]
    [InlineData("65532", "spec", "securityContext", "runAsUser")]
    [InlineData("RuntimeDefault", "spec", "securityContext", "seccompProfile", "type")]
    [InlineData("false", "spec", "automountServiceAccountToken")]
    [InlineData("system-node-critical", "spec", "priorityClassName")]
    [InlineData("Always", "spec", "restartPolicy")]
    public void Pod_Setting_IsTheSafeOne(string expected, params string[] path) =>
        Assert.Equal(expected, Text(s_pod, [.. path]));

    [Theory]
    [InlineData("false", "securityContext", "allowPrivilegeEscalation")]
    [InlineData("false", "securityContext", "privileged")]
    [InlineData("true", "securityContext", "readOnlyRootFilesystem")]
    [InlineData("Never", "imagePullPolicy")]
    public void Container_Setting_IsTheSafeOne(string expected, params string[] path) =>
        Assert.Equal(expected, Text(s_container, [.. path]));

    [Fact]
    public void Container_Capabilities_AreNone()
    {
        var capabilities = (YamlMappingNode)At(s_container, "securityContext", "capabilities");
        Assert.Equal(["drop"], capabilities.Children.Keys.Select(k => ((YamlScalarNode)k).Value));
        Assert.Equal("ALL", Text(capabilities, "drop", 0));
    }

    /// <summary>The kubelet refuses a static pod that refers to an object of the API server (kubelet, static pods).</summary>
    [Fact]
    public void Pod_Volumes_AreDirectoriesOfTheMachineThatExist()
    {
        var volumes = (YamlSequenceNode)At(s_pod, "spec", "volumes");
        Assert.Equal(3, volumes.Children.Count);
        // An empty directory made in its place would be a provider without its keys.
        Assert.All(volumes, volume => Assert.Equal("Directory", Text(volume, "hostPath", "type")));
        var paths = volumes.Select(v => Text(v, "hostPath", "path")).ToHashSet();
        Assert.Contains(SettingTable.StateDirectory.Default, paths);
        Assert.Contains(Path.GetDirectoryName(SettingTable.KmsSocket.Default)!, paths);
        Assert.Contains(Path.GetDirectoryName(SettingTable.DefaultFile)!, paths);
    }

    /// <summary>The requests hold what was measured; the limit leaves room for a command with Argon2id (64 MiB).</summary>
    [Fact]
    public void Container_Memory_IsTheMeasuredFigureAndRoom()
    {
        var row = File.ReadLines(SourceTree.At("docs/reference/performance.md"))
            .Single(l => l.StartsWith("| resident after 200,000 more, MiB |", StringComparison.Ordinal));
        var measured = decimal.Parse(row.Split('|')[2].Trim(), CultureInfo.InvariantCulture);
        Assert.InRange(Mebibytes("requests"), measured, measured * 1.5m);
        Assert.InRange(Mebibytes("limits"), measured + 64, 256);
    }

    private static decimal Mebibytes(string kind)
    {
        var text = Text(s_container, "resources", kind, "memory");
        Assert.EndsWith("Mi", text);
        return decimal.Parse(text[..^2], CultureInfo.InvariantCulture);
    }
}
