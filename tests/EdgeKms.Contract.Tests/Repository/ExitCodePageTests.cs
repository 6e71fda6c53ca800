using EdgeKms.Contract.Failures;

namespace EdgeKms.Contract.Tests.Repository;

public class ExitCodePageTests
{
    [Fact]
    public void CommandLinePage_ExitCodes_AreAllThere()
    {
        var rows = File.ReadLines(Checkout.File("docs/reference/command-line.md")).ToList();
        Assert.All(
            Enum.GetValues<ExitCode>(),
            code => Assert.Single(rows, r => r.StartsWith($"| {(int)code} | {code} | "))
        );
    }
}
