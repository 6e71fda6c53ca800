using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class RotationTests
{
    [Fact]
    public async Task Rotation_OfAServingProvider_ReturnsBothKeys()
    {
        await using var home = await ProviderHome.Serving();
        var before = await home.ActiveKey();
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run(
            "Invoke-AksEdgeKmsRotation -SettingsFile $file",
            ("file", ProviderSettings.Write(home))
        );

        Assert.Equal((before, await home.ActiveKey()), ((string)result["OldKeyId"]!, (string)result["NewKeyId"]!));
        Assert.NotEqual(before, await home.ActiveKey());
        Assert.Equal((2L, true, false), (result["Generation"], result["DaemonReloaded"], result["DryRun"]));
    }

    [Fact]
    public async Task Rotation_WhatIf_ChangesNothing()
    {
        await using var home = await ProviderHome.Serving();
        var before = (await home.Status()).Ring!.Digest;
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run(
            "Invoke-AksEdgeKmsRotation -SettingsFile $file -WhatIf",
            ("file", ProviderSettings.Write(home))
        );

        Assert.True((bool)result["DryRun"]!);
        Assert.Equal(before, (await home.Status()).Ring!.Digest);
        Assert.Contains("What if: ", session.Screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Yes", 2)]
    [InlineData("No", 1)]
    public async Task Rotation_Confirm_AsksFirst(string answer, long generation)
    {
        await using var home = await ProviderHome.Serving();
        using var session = new Session(RealPrograms.Folders);
        session.WillAnswer(answer);

        var result = session.Run(
            "Invoke-AksEdgeKmsRotation -SettingsFile $file -Confirm",
            ("file", ProviderSettings.Write(home))
        );

        Assert.Empty(result.Errors);
        Assert.Contains("Make a new key active", Assert.Single(session.Questions), StringComparison.Ordinal);
        Assert.Equal(generation, (await home.Status()).Ring!.Generation);
    }

    [Fact]
    public async Task Rotation_OfASealedRing_TakesThePassphraseFile()
    {
        await using var home = await ProviderHome.Create();
        File.Delete(home.Token);
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run(
            "Invoke-AksEdgeKmsRotation -SettingsFile $file -PassphraseFile $passphrase",
            ("file", ProviderSettings.Write(home)),
            ("passphrase", ProviderSettings.Passphrase(home))
        );

        Assert.Equal((2L, false), (result["Generation"], result["DaemonReloaded"]));
    }
}
