using System.IO.Compression;
using EdgeKms.EndToEnd.Tests.Migrate;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

/// <summary>The real edgekms behind the cmdlets, and the real API server where one is needed.</summary>
public sealed class RealCommandsTests
{
    [Fact]
    public async Task TestDeployment_OfARealCluster_IsFalseBeforeAndTrueAfterItIsEncrypted()
    {
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 1);
        using var session = new Session(RealPrograms.Folders);
        var settings = ProviderSettings.Write(cluster.Home);
        const string Script = "$env:KUBECONFIG = $kube; Test-AksEdgeDeployment -SettingsFile $settings";
        (string, object)[] variables = [("kube", cluster.Home.At("kubeconfig")), ("settings", settings)];

        var before = session.Run(Script, variables);
        var migrated = await cluster.Migrate("--to", "kms");
        var after = session.Run(Script, variables);
        var planned = session.Run(
            "$env:KUBECONFIG = $kube; Update-AksEdgeSecretEncryption -SettingsFile $settings -WhatIf",
            variables
        );

        Assert.True(migrated.Exit == 0, migrated.ToString());
        Assert.False((bool)before.Value);
        Assert.Contains(before.Warnings, w => w.StartsWith("metrics: failed", StringComparison.Ordinal));
        Assert.True((bool)after.Value, string.Join("; ", after.Warnings));
        Assert.True((bool)planned["DryRun"]!);
    }

    [Fact]
    public void Logs_OfThisMachine_AreAZipWithWhatIsListed()
    {
        using var directory = new PrivateDirectory();
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run("Get-AksEdgeLogs $zip", ("zip", directory.At("logs.zip")));

        Assert.Equal(directory.At("logs.zip"), result["File"]);
        using var zip = ZipFile.OpenRead(directory.At("logs.zip"));
        Assert.Equal(["summary.txt", .. (object[])result["Entries"]!], zip.Entries.Select(e => (object)e.FullName));
    }

    [Fact]
    public void RemoveDeployment_FromAnImage_TakesBackWhatNewDeploymentDid()
    {
        using var image = new MachineImage();
        using var session = new Session(RealPrograms.Folders);
        var before = image.Files;
        session.Run(
            "New-AksEdgeDeployment -JsonConfigFilePath $config -Root $root -Force",
            ("config", image.ConfigFile),
            ("root", image.Root)
        );

        var refused = session.Run("Remove-AksEdgeDeployment -Root $root -Force", ("root", image.Root));
        var result = session.Run(
            "Remove-AksEdgeDeployment -Root $root -Force -AcceptLoss 'a new image'",
            ("root", image.Root)
        );

        Assert.Equal("EdgeKmsUnreachable,Remove-AksEdgeDeployment", refused.Error.FullyQualifiedErrorId);
        Assert.NotEmpty((object[])result["Files"]!);
        Assert.Equal([image.At("etc", "edgekms", "removed.json"), .. before], image.Files);
    }
}
