using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class DeploymentTests : IDisposable
{
    private const string Deploy = "New-AksEdgeDeployment -JsonConfigFilePath $config -Root $root";

    private readonly MachineImage _image = new();
    private readonly Session _session = new(RealPrograms.Folders);

    private ScriptResult Run(string script) =>
        _session.Run(script, ("config", _image.ConfigFile), ("root", _image.Root));

    public void Dispose()
    {
        _session.Dispose();
        _image.Dispose();
    }

    [Fact]
    public void NewDeployment_Force_DeploysWithoutAQuestion()
    {
        var result = Run($"{Deploy} -Force");

        Assert.Equal((true, "k3s", false), (result["Kms"], result["Target"], result["DryRun"]));
        Assert.True(File.Exists(_image.Record));
        Assert.Contains(((dynamic[])result["Files"]!).Select(f => (string)f.State), s => s == "new");
        Assert.Empty(_session.Questions);
    }

    [Fact]
    public void NewDeployment_Twice_ChangesNothingTheSecondTime()
    {
        Run($"{Deploy} -Force");

        var files = (object[])Run($"{Deploy} -Force")["Files"]!;

        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.Equal("unchanged", ((dynamic)f).State));
    }

    [Fact]
    public void NewDeployment_WhatIf_NamesEachFileAndWritesNone()
    {
        var before = _image.Files;

        var result = Run($"{Deploy} -WhatIf");

        Assert.True((bool)result["DryRun"]!);
        Assert.Equal(before, _image.Files);
        foreach (dynamic file in (object[])result["Files"]!)
        {
            Assert.Contains(
                $"What if: Performing the operation \"Create\" on target \"{file.Path}\".",
                _session.Screen,
                StringComparison.Ordinal
            );
        }
        Assert.Empty(_session.Questions);
    }

    [Fact]
    public void NewDeployment_WithoutForce_AsksAndDoesNothingOnNo()
    {
        _session.WillAnswer("No");
        var before = _image.Files;

        var result = Run(Deploy);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Objects);
        Assert.Contains(_image.Root, Assert.Single(_session.Questions), StringComparison.Ordinal);
        Assert.Equal(before, _image.Files);
    }

    [Fact]
    public void NewDeployment_FileThatIsMissing_IsAnErrorWithItsName()
    {
        var error = Run("New-AksEdgeDeployment -JsonConfigFilePath /nonexistent.json -Root $root -Force").Error;

        Assert.Equal("EdgeKmsUsage,New-AksEdgeDeployment", error.FullyQualifiedErrorId);
        Assert.Contains("/nonexistent.json", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewDeployment_RelativePath_IsRelativeToPowerShellsLocation()
    {
        var folder = Path.GetDirectoryName(_image.ConfigFile)!;
        _session.Run("$ExecutionContext.SessionState.Path.SetLocation($folder)", ("folder", folder));

        var result = Run("New-AksEdgeDeployment aksedge-config.json -Root root -Force");

        Assert.True((bool)result["Kms"]!);
    }

    [Fact]
    public void NewDeployment_OtherChoiceLater_IsRefused()
    {
        Run($"{Deploy} -Force");
        File.WriteAllText(_image.ConfigFile, MachineImage.Config.Replace("true", "false", StringComparison.Ordinal));

        Assert.Equal("EdgeKmsRefused,New-AksEdgeDeployment", Run($"{Deploy} -Force").Error.FullyQualifiedErrorId);
    }

    [Fact]
    public async Task NewDeployment_String_Deploys()
    {
        await RealPrograms.Require("standard input", "deploy");

        var result = _session.Run(
            "New-AksEdgeDeployment -JsonConfigString $json -Root $root -Force",
            ("json", MachineImage.Config),
            ("root", _image.Root)
        );

        Assert.True((bool)result["Kms"]!);
        Assert.True(File.Exists(_image.Record));
    }

    [Theory]
    [InlineData(
        "{ \"Arc\": { \"ClientSecret\": \"canary-7f2a\" }, \"Init\": { \"KmsPlugin\": { \"Enable\": \"canary-7f2a\" } } }"
    )]
    [InlineData("{ \"Arc\": { \"ClientSecret\": \"canary-7f2a\", } }")]
    [InlineData("canary-7f2a")]
    public void NewDeployment_StringThatIsWrong_IsNeverQuoted(string json)
    {
        var result = _session.Run(
            "New-AksEdgeDeployment -JsonConfigString $json -Root $root -Force -Verbose -Debug",
            ("json", json),
            ("root", _image.Root)
        );

        string[] said =
        [
            result.Error.Exception.ToString(),
            result.Error.ErrorDetails.Message,
            result.Error.ErrorDetails.RecommendedAction,
            result.Error.InvocationInfo.Line,
            $"{result.Error.TargetObject} {result.Error.CategoryInfo} {result.Error.ScriptStackTrace}",
            .. result.Warnings,
            .. result.Verbose,
            .. result.Information,
            _session.Screen,
        ];
        Assert.Equal("EdgeKmsUsage,New-AksEdgeDeployment", result.Error.FullyQualifiedErrorId);
        Assert.NotEmpty(result.Verbose);
        Assert.DoesNotContain(said, t => t.Contains("canary-7f2a", StringComparison.Ordinal));
    }

    [Fact]
    public void NewDeployment_String_GoesToStandardInputAlone()
    {
        using var program = new StandIn("""{ "kms": true, "files": [] }""");
        using var session = new Session(program.Folder);
        const string Json = "{ \"a\": \"ümläut 'quoted' $x\" }";

        session.Run("New-AksEdgeDeployment -JsonConfigString $json -Target k3s -Force", ("json", Json));

        Assert.Equal(Json, program.Input);
        Assert.Equal(["deploy", "--config=-", "--target=k3s", "-o", "json"], program.Arguments);
    }

    [Fact]
    public void NewDeployment_Steps_AreShownWhileItRuns()
    {
        const string Step = "[11/24/2026 10:00:00] Preparing to install kms-plugin as encryption provider...";
        using var program = new StandIn("""{ "kms": true, "files": [] }""", Step + "\n");
        using var session = new Session(program.Folder);

        var result = session.Run("New-AksEdgeDeployment -JsonConfigFilePath /a.json -Force");

        Assert.True((bool)result["Kms"]!);
        Assert.Equal(Step + "\n", session.Screen);
    }

    [Fact]
    public void DeploymentInfo_AfterADeployment_IsItsRecord()
    {
        Run($"{Deploy} -Force");

        var result = Run("Get-AksEdgeDeploymentInfo -Root $root");

        Assert.Equal((true, "k3s"), (result["Kms"], result["Target"]));
        Assert.Matches(@"^\d+\.\d+\.\d+\.\d+$", (string)result["ProductVersion"]!);
        Assert.Null(result["Status"]);
    }

    [Fact]
    public void DeploymentInfo_WhereNothingWasDeployed_IsAnError()
    {
        var error = Run("Get-AksEdgeDeploymentInfo -Root $root").Error;

        Assert.Equal("EdgeKmsNotDeployed,Get-AksEdgeDeploymentInfo", error.FullyQualifiedErrorId);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{ \"kms\": true }")]
    public void DeploymentInfo_DamagedRecord_IsAnError(string record)
    {
        _image.Recorded("k3s");
        File.WriteAllText(_image.Record, record);

        var error = Run("Get-AksEdgeDeploymentInfo -Root $root").Error;

        Assert.Equal("EdgeKmsDamaged,Get-AksEdgeDeploymentInfo", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Deployment_OnTheConsole_ShowsTheView()
    {
        var shown = _session.Show($"{Deploy} -Force", ("config", _image.ConfigFile), ("root", _image.Root));

        Assert.Contains("Target : k3s", shown, StringComparison.Ordinal);
        Assert.Contains("/etc/edgekms/deployment.json (new)", shown, StringComparison.Ordinal);
    }
}
