using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class RepairTests
{
    [Fact]
    public async Task Repair_OfAHealthyProvider_NeedsNoParameterAndNoCredential()
    {
        await using var home = await ProviderHome.Serving();
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run("Repair-AksEdgeKms -SettingsFile $file", ("file", ProviderSettings.Write(home)));

        Assert.NotEmpty((object[])result["Findings"]!);
        Assert.Empty((object[])result["Actions"]!);
    }

    [Fact]
    public async Task Repair_WithoutItsNodeToken_MakesANewOne()
    {
        await using var home = await ProviderHome.Create();
        File.Delete(home.Token);
        using var session = new Session(RealPrograms.Folders);
        var variables = new (string, object)[]
        {
            ("file", ProviderSettings.Write(home)),
            ("passphrase", ProviderSettings.Passphrase(home)),
        };

        var planned = session.Run("Repair-AksEdgeKms -SettingsFile $file -WhatIf", variables);
        Assert.False(File.Exists(home.Token));
        var step = (string)((object[])planned["Plan"]!)[0];
        Assert.Contains($"What if: Performing the operation \"{step}\"", session.Screen, StringComparison.Ordinal);

        var mended = session.Run("Repair-AksEdgeKms -SettingsFile $file -PassphraseFile $passphrase", variables);
        Assert.True(File.Exists(home.Token));
        Assert.NotEmpty((object[])mended["Actions"]!);
        await home.Serve();
    }

    [Fact]
    public async Task Repair_WrongPassphrase_IsACredentialError()
    {
        await using var home = await ProviderHome.Create();
        File.Delete(home.Token);
        var passphrase = ProviderSettings.Passphrase(home);
        File.WriteAllText(passphrase, "not the passphrase\n");
        using var session = new Session(RealPrograms.Folders);

        var error = session
            .Run(
                "Repair-AksEdgeKms -SettingsFile $file -PassphraseFile $passphrase",
                ("file", ProviderSettings.Write(home)),
                ("passphrase", passphrase)
            )
            .Error;

        Assert.Equal("EdgeKmsCredential,Repair-AksEdgeKms", error.FullyQualifiedErrorId);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Repair_Arguments_AreOneWordEach()
    {
        using var program = new StandIn("""{ "warnings": ["look"], "plan": [] }""");
        using var session = new Session(program.Folder);

        var result = session.Run("Repair-AksEdgeKms -AcceptRollback 'restored from tape' -RecoveryCodeFile /code");

        Assert.Equal(
            ["repair", "--recovery-code-file=/code", "--accept-rollback=restored from tape", "-o", "json"],
            program.Arguments
        );
        Assert.Equal(["look"], result.Warnings);
    }

    [Fact]
    public void Repair_TwoCredentials_AreRefused()
    {
        using var program = new StandIn("{}");
        using var session = new Session(program.Folder);

        Assert.Single(session.Run("Repair-AksEdgeKms -PassphraseFile /a -RecoveryCodeFile /b").Errors);
        Assert.Empty(program.Arguments);
    }
}
