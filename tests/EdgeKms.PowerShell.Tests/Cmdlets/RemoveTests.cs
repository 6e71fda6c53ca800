using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class RemoveTests
{
    private const string Report = """
        {
          "kms": false, "target": "k3s", "reason": "removed", "dryRun": true, "next": [],
          "files": [{ "path": "/etc/a", "state": "removed" }, { "path": "/etc/b", "state": "changed" }]
        }
        """;

    [Fact]
    public void Remove_Force_AsksNothingAndGivesUpNoSecret()
    {
        using var program = new StandIn(Report);
        using var session = new Session(program.Folder);

        var result = session.Run("Remove-AksEdgeDeployment -Force");

        Assert.Equal("removed", ((dynamic[])result["Files"]!)[0].State);
        Assert.Equal(["remove", "-o", "json"], program.Arguments);
        Assert.Empty(session.Questions);
    }

    [Fact]
    public void Remove_AcceptLoss_AsksWithThoseWords()
    {
        using var program = new StandIn(Report);
        using var session = new Session(program.Folder);
        session.WillAnswer("Yes");

        session.Run("Remove-AksEdgeDeployment -AcceptLoss 'the machine is scrapped'");

        Assert.Equal(["remove", "--force", "--reason=the machine is scrapped", "-o", "json"], program.Arguments);
        Assert.Contains("lose what is encrypted", Assert.Single(session.Questions), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_WhatIf_IsADryRun()
    {
        using var program = new StandIn(Report);
        using var session = new Session(program.Folder);

        session.Run("Remove-AksEdgeDeployment -WhatIf");

        Assert.Equal(["remove", "--dry-run", "-o", "json"], program.Arguments);
        Assert.Contains("\"Remove\" on target \"/etc/a\"", session.Screen, StringComparison.Ordinal);
        Assert.Contains("\"Change\" on target \"/etc/b\"", session.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_WhatIfPreference_IsADryRunToo()
    {
        using var program = new StandIn(Report);
        using var session = new Session(program.Folder);

        session.Run("$WhatIfPreference = $true; Remove-AksEdgeDeployment -Force");

        Assert.Contains("--dry-run", program.Arguments);
    }

    [Fact]
    public void Remove_Confirm_AsksInSpiteOfForce()
    {
        using var program = new StandIn(Report);
        using var session = new Session(program.Folder);
        session.WillAnswer("No");

        session.Run("Remove-AksEdgeDeployment -Force -Confirm");

        Assert.Single(session.Questions);
        Assert.Empty(program.Arguments);
    }

    [Fact]
    public void Remove_EncryptedObjectsLeft_IsRefused()
    {
        using var program = new StandIn(
            "",
            "edgekms: error: 12 Secrets are encrypted with this provider\nedgekms: hint: run \"edgekms migrate --to identity\"\n",
            3
        );
        using var session = new Session(program.Folder);

        var error = session.Run("Remove-AksEdgeDeployment -Force").Error;

        Assert.Equal("EdgeKmsRefused,Remove-AksEdgeDeployment", error.FullyQualifiedErrorId);
    }
}
