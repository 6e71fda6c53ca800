using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Config;

namespace EdgeKms.Cluster.Tests.Deploy;

public class KmsPolicyTests
{
    private const string Single = "SingleMachineCluster";
    private const string Scalable = "ScalableCluster";

    [Theory]
    // Before the plugin came.
    [InlineData("1.9.262.0", null, Single, 1, 1, false, KmsChoice.Off)]
    [InlineData("1.9.262.0", false, Single, 1, 1, false, KmsChoice.Off)]
    [InlineData("1.10.867.9", true, Single, 1, 1, false, KmsChoice.Refused)]
    // Opt-in.
    [InlineData("1.10.868.0", null, Single, 1, 1, false, KmsChoice.Off)]
    [InlineData("1.10.868.0", true, Single, 1, 1, false, KmsChoice.On)]
    [InlineData("1.11.247.0", null, Single, 1, 1, false, KmsChoice.Off)]
    [InlineData("1.11.247.0", true, Single, 1, 1, false, KmsChoice.On)]
    [InlineData("1.11.247.0", false, Single, 1, 1, false, KmsChoice.Off)]
    [InlineData("1.12.268.9", null, Single, 1, 1, false, KmsChoice.Off)]
    // On by default.
    [InlineData("1.12.269.0", null, Single, 1, 1, false, KmsChoice.On)]
    [InlineData("1.12.269.0", null, null, 0, 0, false, KmsChoice.On)]
    [InlineData("1.12.269.0", true, Single, 1, 1, false, KmsChoice.On)]
    [InlineData("1.12.269.0", false, Single, 1, 1, false, KmsChoice.Off)]
    [InlineData("2.0.0.0", null, Single, 1, 1, false, KmsChoice.On)]
    // Single node only.
    [InlineData("1.12.269.0", true, Single, 2, 2, false, KmsChoice.Refused)]
    [InlineData("1.12.269.0", null, Single, 2, 2, false, KmsChoice.Refused)]
    [InlineData("1.12.269.0", false, Single, 2, 2, true, KmsChoice.Off)]
    [InlineData("1.12.269.0", true, Scalable, 1, 1, false, KmsChoice.On)]
    [InlineData("1.12.269.0", true, Scalable, 1, 2, false, KmsChoice.Refused)]
    [InlineData("1.12.269.0", true, Single, 1, 2, false, KmsChoice.On)]
    [InlineData("1.12.269.0", true, Single, 1, 1, true, KmsChoice.Refused)]
    [InlineData("1.11.247.0", null, Scalable, 3, 3, true, KmsChoice.Off)]
    public void Decide_OfAVersionAndAFile_Is(
        string version,
        bool? enable,
        string? type,
        int machines,
        int nodes,
        bool joins,
        KmsChoice expected
    )
    {
        var config = new DeploymentConfig("file", enable, 1, type, machines, nodes, joins);

        var decision = KmsPolicy.Decide(ProductVersion.TryParse(version)!, config, isNewCluster: true);

        Assert.Equal(expected, decision.Choice);
        Assert.Equal(expected == KmsChoice.Refused, decision.Hint is not null);
    }

    [Theory]
    [InlineData("1.12.269.0", null, KmsChoice.Undecided)]
    [InlineData("1.12.269.0", true, KmsChoice.On)]
    [InlineData("1.12.269.0", false, KmsChoice.Off)]
    [InlineData("1.11.247.0", null, KmsChoice.Off)]
    public void Decide_OfAnExistingCluster_LeavesItWithoutAnExplicitChoice(
        string version,
        bool? enable,
        KmsChoice expected
    )
    {
        var config = new DeploymentConfig("file", enable, 1, Single, 1, 1, false);

        Assert.Equal(expected, KmsPolicy.Decide(ProductVersion.TryParse(version)!, config, isNewCluster: false).Choice);
    }

    [Theory]
    [InlineData("1.12.269.0", true)]
    [InlineData("1.12.269", false)]
    [InlineData("1.12.269.0.1", false)]
    [InlineData("1.12.269.-1", false)]
    [InlineData("1. 12.269.0", false)]
    [InlineData("1.12.269.99999999999", false)]
    [InlineData("", false)]
    public void TryParse_OfAText_TakesFourNumbers(string text, bool isVersion) =>
        Assert.Equal(isVersion, ProductVersion.TryParse(text) is not null);
}
