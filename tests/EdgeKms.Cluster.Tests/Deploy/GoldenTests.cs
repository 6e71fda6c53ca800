using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Tests.Repository;

namespace EdgeKms.Cluster.Tests.Deploy;

/// <summary>
/// What each target writes, as whole trees: Golden/NAME/before, where there is one, and Golden/NAME/after.
/// EDGEKMS_ACCEPT=1 writes the trees after anew.
/// </summary>
public class GoldenTests
{
    public static TheoryData<string, DeploymentTarget> Cases =>
        new()
        {
            { "k3s", DeploymentTarget.K3s },
            { "k3s-with-config", DeploymentTarget.K3s },
            { "kubeadm", DeploymentTarget.Kubeadm },
            { "kubeadm-existing", DeploymentTarget.Kubeadm },
            { "local", DeploymentTarget.Local },
            { "custom-settings", DeploymentTarget.Kubeadm },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Deploy_ToATarget_WritesTheGoldenTree(string name, DeploymentTarget target)
    {
        var golden = SourceTree.At($"tests/EdgeKms.Cluster.Tests/Deploy/Golden/{name}");
        using var image = new TestImage(Path.Combine(golden, "before"));

        var result = await image.Deploy(target);

        Assert.True(result.Kms);
        var after = Path.Combine(golden, "after");
        if (Environment.GetEnvironmentVariable("EDGEKMS_ACCEPT") == "1")
            Accept(after, image.Files());
        Assert.Equal(TestImage.Tree(after), image.Files());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Deploy_Twice_ChangesNothingTheSecondTime(string name, DeploymentTarget target)
    {
        using var image = new TestImage(SourceTree.At($"tests/EdgeKms.Cluster.Tests/Deploy/Golden/{name}/before"));
        await image.Deploy(target);
        var before = image.Files();
        image.Steps.Clear();

        var result = await image.Deploy(target: null);

        Assert.Equal(before, image.Files());
        Assert.All(result.Files, f => Assert.True(f.IsDone));
        Assert.DoesNotContain(image.Steps, s => s.Contains("writing", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Deploy_AsDryRun_ChangesNothing(string name, DeploymentTarget target)
    {
        using var image = new TestImage(SourceTree.At($"tests/EdgeKms.Cluster.Tests/Deploy/Golden/{name}/before"));
        var before = image.Files();

        var result = await image.Deploy(target, dryRun: true);

        Assert.Equal(before, image.Files());
        Assert.Contains(result.Files, f => !f.IsDone);
        Assert.Contains(Deployment.PreparingLine, image.Steps);
    }

    private static void Accept(string folder, SortedDictionary<string, string> files)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        foreach (var (path, text) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder + path)!);
            File.WriteAllText(folder + path, text);
        }
    }
}
