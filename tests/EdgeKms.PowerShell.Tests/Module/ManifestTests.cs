using System.Management.Automation;
using System.Xml.Linq;
using EdgeKms.PowerShell.Tests.Engine;

namespace EdgeKms.PowerShell.Tests.Module;

public sealed class ManifestTests : IDisposable
{
    private readonly Session _session = new();

    internal static readonly string[] Cmdlets =
    [
        "Get-AksEdgeDeploymentInfo",
        "Get-AksEdgeKms",
        "Get-AksEdgeKubeConfig",
        "Get-AksEdgeLogs",
        "Invoke-AksEdgeKmsRotation",
        "New-AksEdgeDeployment",
        "Remove-AksEdgeDeployment",
        "Repair-AksEdgeKms",
        "Test-AksEdgeDeployment",
        "Update-AksEdgeSecretEncryption",
    ];

    private static string ProductVersion =>
        XDocument.Load(Path.Combine(ModuleFiles.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    public void Dispose() => _session.Dispose();

    [Fact]
    public void GetCommand_Module_ShowsNamesAndTheProductVersion()
    {
        var shown = _session.Run("Get-Command -Module AKSEdge").Objects.Select(o => (CommandInfo)o.BaseObject).ToList();

        Assert.Equal(Cmdlets, shown.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(shown, c => Assert.Equal(ProductVersion, c.Version.ToString()));
    }

    [Fact]
    public void Manifest_Test_FindsNoFault() =>
        Assert.Equal(
            ProductVersion,
            _session.Run("Test-ModuleManifest $file", ("file", ModuleFiles.Manifest)).Object.Version.ToString()
        );

    public static TheoryData<string> Names => [.. Cmdlets];

    [Theory]
    [MemberData(nameof(Names))]
    public void Help_EveryCmdlet_HasSynopsisParametersAndExamples(string cmdlet)
    {
        var help = _session.Run($"Get-Help {cmdlet} -Full").Object;
        var own = _session
            .Run(
                "(Get-Command $name).Parameters.Keys | Where-Object "
                    + "{ $_ -notin [System.Management.Automation.Cmdlet]::CommonParameters + 'WhatIf', 'Confirm' }",
                ("name", cmdlet)
            )
            .Objects.Select(o => o.ToString());
        var described = _session
            .Run(
                "(Get-Help $name -Full).parameters.parameter | Where-Object { $_.description } | ForEach-Object { $_.name }",
                ("name", cmdlet)
            )
            .Objects.Select(o => o.ToString());

        Assert.EndsWith(".", (string)help.Synopsis, StringComparison.Ordinal);
        Assert.DoesNotContain(cmdlet, (string)help.Synopsis, StringComparison.Ordinal);
        Assert.NotEmpty(_session.Run($"(Get-Help {cmdlet}).description").Objects);
        Assert.NotEmpty(_session.Run($"(Get-Help {cmdlet} -Examples).examples.example").Objects);
        Assert.Empty(own.Except(described));
    }

    [Theory]
    [InlineData("Get-AksEdgeKubeConfig")]
    [InlineData("Get-AksEdgeLogs")]
    [InlineData("Invoke-AksEdgeKmsRotation")]
    [InlineData("New-AksEdgeDeployment")]
    [InlineData("Remove-AksEdgeDeployment")]
    [InlineData("Repair-AksEdgeKms")]
    [InlineData("Update-AksEdgeSecretEncryption")]
    public void Cmdlet_ThatChanges_TakesWhatIfAndConfirm(string cmdlet)
    {
        var names = _session.Run($"(Get-Command {cmdlet}).Parameters.Keys").Objects.Select(o => o.ToString()).ToList();

        Assert.Contains("WhatIf", names);
        Assert.Contains("Confirm", names);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Docs_EveryCmdlet_HasAHeading(string cmdlet) =>
        Assert.Contains(
            $"## {cmdlet}",
            File.ReadAllLines(Path.Combine(ModuleFiles.Root, "docs", "reference", "powershell.md"))
        );
}
