using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class SecretEncryptionTests
{
    [Fact]
    public void Update_Report_ComesAsAnObject()
    {
        using var program = new StandIn("""{ "rewritten": 12, "stale": 0 }""");
        using var session = new Session(program.Folder);

        var result = session.Run("Update-AksEdgeSecretEncryption");

        Assert.Equal((12L, 0L), (result["Rewritten"], result["Stale"]));
        Assert.Equal(["reencrypt", "-o", "json"], program.Arguments);
    }

    [Fact]
    public void Update_WhatIf_IsADryRun()
    {
        using var program = new StandIn("{}");
        using var session = new Session(program.Folder);

        session.Run("Update-AksEdgeSecretEncryption -WhatIf");

        Assert.Equal(["reencrypt", "--dry-run", "-o", "json"], program.Arguments);
    }
}
