using EdgeKms.Contract.Settings;

namespace EdgeKms.Contract.Tests.Settings;

public class ProviderNameTests
{
    [Theory]
    [InlineData("edgekms", "edgekms", true)]
    [InlineData("edgekms", "edgekms-2", true)]
    [InlineData("edgekms", "edgekms-3", true)]
    [InlineData("edgekms", "edgekms-1999", true)]
    [InlineData("edgekms-v2", "edgekms-v2-2", true)]
    [InlineData("edgekms-2", "edgekms-2", true)]
    [InlineData("edgekms-2", "edgekms-2-2", true)]
    [InlineData("edgekms", null, false)]
    [InlineData("edgekms", "", false)]
    [InlineData("edgekms", "edgekm", false)]
    [InlineData("edgekms", "EdgeKms", false)]
    [InlineData("edgekms", "edgekms-", false)]
    [InlineData("edgekms", "edgekms2", false)]
    [InlineData("edgekms", "edgekms-02", false)]
    [InlineData("edgekms", "edgekms-0", false)]
    [InlineData("edgekms", "edgekms-2x", false)]
    [InlineData("edgekms", "edgekms-v2", false)]
    [InlineData("edgekms", "edgekms-20000", false)]
    [InlineData("edgekms", "edgekms-2-2", false)]
    [InlineData("edgekms", "x-edgekms-2", false)]
    [InlineData("edgekms-2", "edgekms", false)]
    [InlineData("edgekms-2", "edgekms-3", false)]
    public void IsOf_Name_TakesItWithANumberAndNoOther(string name, string? found, bool expected) =>
        Assert.Equal(expected, ProviderName.IsOf(name, found));
}
