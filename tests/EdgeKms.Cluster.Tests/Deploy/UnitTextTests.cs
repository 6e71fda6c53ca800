using EdgeKms.Cluster.Deploy.Units;

namespace EdgeKms.Cluster.Tests.Deploy;

public class UnitTextTests
{
    [Theory]
    [InlineData("/usr/bin/edgekmsd", "/usr/bin/edgekmsd")]
    [InlineData("--kms-socket=/run/a b", "\"--kms-socket=/run/a b\"")]
    [InlineData("50%", "\"50%%\"")]
    [InlineData("$HOME", "\"$$HOME\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    public void Command_OfAWord_IsQuotedForSystemd(string word, string expected) =>
        Assert.Equal(expected, UnitText.Command([word]));

    [Fact]
    public void Path_WithADollar_KeepsIt() => Assert.Equal("\"/a/$b\"", UnitText.Path("/a/$b"));
}
