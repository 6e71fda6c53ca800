using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Tests.Repository;

namespace EdgeKms.Cluster.Tests.Deploy;

public class RemovalTests
{
    private const string ManifestBefore = "/etc/edgekms/kube-apiserver.yaml.before-edgekms";

    public static TheoryData<string, DeploymentTarget> Cases => GoldenTests.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Remove_AfterADeployment_LeavesTheImageAsItWasBefore(string name, DeploymentTarget target)
    {
        using var image = new TestImage(Before(name));
        var before = image.Files();
        await image.Deploy(target);

        var result = await image.Remove();

        Assert.NotEmpty(result.Files);
        var after = image.Files();
        after.Remove(ManifestBefore); // kept: it is the person's own
        Assert.Equal(before, after);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Remove_CancelledAtEachStep_LeavesTheDeploymentAsItWas(string name, DeploymentTarget target)
    {
        var stop = 0;
        for (var isCancelled = true; isCancelled; stop++)
        {
            using var image = new TestImage(Before(name));
            await image.Deploy(target);
            var deployed = image.Files();
            using var cancel = new CancellationTokenSource();
            image.Steps.Clear();
            image.OnStep = _ =>
            {
                if (image.Steps.Count == stop)
                    cancel.Cancel();
            };

            var thrown = await Record.ExceptionAsync(() => image.Remove(cancellation: cancel.Token));

            isCancelled = thrown is OperationCanceledException;
            if (isCancelled)
                Assert.Equal(deployed, image.Files());
        }
        Assert.True(stop > 1);
    }

    [Fact]
    public async Task Remove_WithAReason_KeepsIt()
    {
        using var image = new TestImage();
        await image.Deploy(DeploymentTarget.K3s);

        await image.Remove("the till was \"sold\"");

        Assert.Equal("/etc/edgekms/removed.json", Assert.Single(image.Files()).Key);
        Assert.Contains(
            "the till was \\u0022sold\\u0022",
            image.Text("/etc/edgekms/removed.json"),
            StringComparison.Ordinal
        );
    }

    private static string Before(string name) =>
        SourceTree.At($"tests/EdgeKms.Cluster.Tests/Deploy/Golden/{name}/before");
}
