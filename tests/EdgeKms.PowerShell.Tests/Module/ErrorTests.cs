using System.Management.Automation;
using EdgeKms.Contract.Failures;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Module;

public sealed class ErrorTests
{
    public static TheoryData<ExitCode> Failing => [.. Enum.GetValues<ExitCode>().Where(c => c != ExitCode.Ok)];

    [Theory]
    [MemberData(nameof(Failing))]
    public void EdgeKms_Fails_TheErrorHasIdMessageAndNextStep(ExitCode code)
    {
        using var program = new StandIn("", "edgekms: error: what is wrong\nedgekms: hint: what to run\n", (int)code);
        using var session = new Session(program.Folder);

        var error = session.Run("Invoke-AksEdgeKmsRotation").Error;

        Assert.Equal($"EdgeKms{code},Invoke-AksEdgeKmsRotation", error.FullyQualifiedErrorId);
        Assert.Equal("what is wrong", error.Exception.Message);
        Assert.Equal("what is wrong", error.ToString());
        Assert.Equal("what to run", error.ErrorDetails.RecommendedAction);
        if (code != ExitCode.Failed)
            Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
    }

    [Theory]
    [InlineData(ExitCode.Credential, ErrorCategory.AuthenticationError)]
    [InlineData(ExitCode.Permission, ErrorCategory.PermissionDenied)]
    [InlineData(ExitCode.NoRing, ErrorCategory.ObjectNotFound)]
    [InlineData(ExitCode.Busy, ErrorCategory.ResourceBusy)]
    public void EdgeKms_Fails_TheCategoryFits(ExitCode code, ErrorCategory category)
    {
        using var program = new StandIn("", "edgekms: error: x\n", (int)code);
        using var session = new Session(program.Folder);

        Assert.Equal(category, session.Run("Repair-AksEdgeKms").Error.CategoryInfo.Category);
    }

    [Fact]
    public void EdgeKms_FailsWithAReport_TheErrorWins()
    {
        using var program = new StandIn("""{ "oldKeyId": "a" }""", "edgekms: error: half done\n", 8);
        using var session = new Session(program.Folder);

        var result = session.Run("Invoke-AksEdgeKmsRotation");

        Assert.Equal("half done", result.Error.Exception.Message);
        Assert.Empty(result.Objects);
    }

    [Fact]
    public void EdgeKms_EndsWithAnUnknownCode_TheErrorNamesIt()
    {
        using var program = new StandIn("", "", 77);
        using var session = new Session(program.Folder);

        var error = session.Run("Invoke-AksEdgeKmsRotation").Error;

        Assert.Equal("EdgeKmsExit77,Invoke-AksEdgeKmsRotation", error.FullyQualifiedErrorId);
        Assert.Equal("edgekms rotate failed with exit code 77", error.Exception.Message);
    }

    [Fact]
    public void EdgeKms_PrintsNoReport_IsAnErrorWithoutWhatItPrinted()
    {
        using var program = new StandIn("not json: hunter2");
        using var session = new Session(program.Folder);

        var error = session.Run("Invoke-AksEdgeKmsRotation").Error;

        Assert.Equal("EdgeKmsNoReport,Invoke-AksEdgeKmsRotation", error.FullyQualifiedErrorId);
        Assert.DoesNotContain("hunter2", error.Exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EdgeKms_DoesNotKnowTheCommand_TheErrorSaysSo()
    {
        using var session = new Session(RealPrograms.Folders);
        // The real words of a real refusal; "edgekms" has no such command, and never will.
        var said = session
            .Run("$words = & edgekms nonsense 2>&1; $words | ForEach-Object { \"$_\" }")
            .Objects.Select(o => o.ToString().Replace("nonsense", "reencrypt", StringComparison.Ordinal));
        using var program = new StandIn("", string.Join('\n', said) + "\n", 2);
        using var old = new Session(program.Folder);

        var error = old.Run("Update-AksEdgeSecretEncryption").Error;

        Assert.Equal("EdgeKmsCommandMissing,Update-AksEdgeSecretEncryption", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.NotImplemented, error.CategoryInfo.Category);
        Assert.Equal("the installed edgekms has no command \"reencrypt\"", error.Exception.Message);
        Assert.Contains("upgrade EdgeKms", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void EdgeKms_Warns_TheWarningIsAWarning()
    {
        using var program = new StandIn("{}", "edgekms: warning: the clock is behind\nstep one\n");
        using var session = new Session(program.Folder);

        var result = session.Run("Update-AksEdgeSecretEncryption");

        Assert.Equal(["the clock is behind"], result.Warnings);
        Assert.Equal(["step one"], result.Information);
        Assert.Contains("step one\n", session.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void EdgeKms_IsNowhere_TheErrorSaysSo()
    {
        using var session = new Session();

        var error = session.Run("$env:PATH = '/nonexistent'; Get-AksEdgeKms").Error;

        Assert.Equal("EdgeKmsProgramNotFound,Get-AksEdgeKms", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Error_InAScript_CanBeCaught()
    {
        using var program = new StandIn("", "edgekms: error: wrong passphrase\n", 4);
        using var session = new Session(program.Folder);

        var caught = session.Run("try { Repair-AksEdgeKms } catch { $_.FullyQualifiedErrorId }");

        Assert.Equal("EdgeKmsCredential,Repair-AksEdgeKms", caught.Value);
    }
}
