using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class TestDeploymentTests
{
    private static string Report(int failed, string outcome) =>
        $$"""
            {
              "failed": {{failed}}, "skipped": 0, "exitCode": 0,
              "checks": [
                { "name": "readyz", "outcome": "ok", "detail": "kms-providers ok", "cause": null, "next": null },
                { "name": "stored", "outcome": "{{outcome}}", "detail": "2 of 9 in the clear", "cause": "written before", "next": "edgekms reencrypt" }
              ]
            }
            """;

    [Fact]
    public void Test_AllIsWell_IsTrueAndSilent()
    {
        using var program = new StandIn(Report(0, "skipped"));
        using var session = new Session(program.Folder);

        var result = session.Run("Test-AksEdgeDeployment");

        Assert.True((bool)result.Value);
        Assert.Empty(result.Warnings);
        Assert.Equal(["verify", "-o", "json"], program.Arguments);
    }

    [Fact]
    public void Test_ACheckFails_IsFalseWithAWarning()
    {
        using var program = new StandIn(Report(1, "failed"), exit: 13);
        using var session = new Session(program.Folder);

        var result = session.Run("Test-AksEdgeDeployment");

        Assert.False((bool)result.Value);
        Assert.Equal(
            ["stored: failed: 2 of 9 in the clear; cause: written before; next: edgekms reencrypt"],
            result.Warnings
        );
    }

    [Fact]
    public void Test_Verbose_ShowsEveryCheck()
    {
        using var program = new StandIn(Report(0, "skipped"));
        using var session = new Session(program.Folder);

        var verbose = session.Run("Test-AksEdgeDeployment -Verbose").Verbose;

        Assert.Contains("readyz: ok: kms-providers ok", verbose);
        Assert.Contains("stored: skipped: 2 of 9 in the clear", verbose);
    }

    [Fact]
    public void Test_CannotBeDone_IsAnErrorNotFalse()
    {
        using var program = new StandIn("", "edgekms: error: no kubeconfig\n", 11);
        using var session = new Session(program.Folder);

        var result = session.Run("Test-AksEdgeDeployment");

        Assert.Equal("EdgeKmsUnreachable,Test-AksEdgeDeployment", result.Error.FullyQualifiedErrorId);
        Assert.Empty(result.Objects);
    }
}
