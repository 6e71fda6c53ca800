using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class GetKmsTests
{
    [Fact]
    public async Task GetKms_OfAServingProvider_IsAnObjectWithDates()
    {
        await using var home = await ProviderHome.Serving();
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run("Get-AksEdgeKms -SettingsFile $file", ("file", ProviderSettings.Write(home)));

        Assert.Equal("AKSEdge.Kms", result.Only.TypeNames[0]);
        Assert.Equal(("unsealed", true), ((string)result["State"]!, (bool)result["Healthy"]!));
        Assert.Equal(await home.ActiveKey(), result["ActiveKeyId"]);
        Assert.Equal(TimeSpan.Zero, result["KeyAge"]);
        var next = Assert.IsType<DateTime>(result["NextRotation"]);
        Assert.Equal((DateTimeKind.Utc, (await home.Status()).Ring!.NextRotation), (next.Kind, next));
        Assert.Equal(home.Daemon!.Pid, (long)result.Object.Daemon.Pid);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public async Task GetKms_Keys_AreAnArrayEvenWhenThereIsOne()
    {
        await using var home = await ProviderHome.Serving();
        using var session = new Session(RealPrograms.Folders);
        var file = ("file", (object)ProviderSettings.Write(home));

        Assert.Equal(1, session.Run("(Get-AksEdgeKms -SettingsFile $file).Keys.Count", file).Value);
        await home.Rotate();
        var keys = session.Run("(Get-AksEdgeKms -SettingsFile $file).Keys", file).Objects;
        Assert.Equal(["retired", "active"], keys.Select(k => (string)k.Properties["State"].Value));
        Assert.IsType<DateTime>(keys[0].Properties["Retired"].Value);
    }

    [Fact]
    public async Task GetKms_WithoutADaemon_IsAnObjectAndAWarning()
    {
        await using var home = await ProviderHome.Create();
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run("Get-AksEdgeKms -SettingsFile $file", ("file", ProviderSettings.Write(home)));

        Assert.Equal(("stopped", false), ((string)result["State"]!, (bool)result["Healthy"]!));
        Assert.NotNull(result["ActiveKeyId"]);
        Assert.Single(result.Warnings);
    }

    [Fact]
    public async Task GetKms_WithoutARing_IsAnObjectAndAWarning()
    {
        await using var home = new ProviderHome();
        using var session = new Session(RealPrograms.Folders);

        var result = session.Run("Get-AksEdgeKms -SettingsFile $file", ("file", ProviderSettings.Write(home)));

        Assert.Equal("absent", result["State"]);
        Assert.Null(result["ActiveKeyId"]);
        Assert.Null(result["NextRotation"]);
        Assert.Empty((object[])result["Keys"]!);
        Assert.Contains("edgekms init", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void GetKms_WrongSettings_AreAnError()
    {
        using var session = new Session(RealPrograms.Folders);

        var error = session.Run("Get-AksEdgeKms -SettingsFile /nonexistent/edgekms.json").Error;

        Assert.Equal("EdgeKmsUsage,Get-AksEdgeKms", error.FullyQualifiedErrorId);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public async Task GetKms_OnTheConsole_ShowsTheView()
    {
        await using var home = await ProviderHome.Serving();
        using var session = new Session(RealPrograms.Folders);
        var file = ("file", (object)ProviderSettings.Write(home));

        var shown = session.Show("Get-AksEdgeKms -SettingsFile $file", file).Trim().Split('\n');
        var keys = session.Show("(Get-AksEdgeKms -SettingsFile $file).Keys", file);

        Assert.Equal(
            ["State", "Healthy", "ActiveKeyId", "KeyAge", "NextRotation", "Keys"],
            shown.Select(l => l.Split(':')[0].Trim())
        );
        Assert.Contains(await home.ActiveKey(), shown[2], StringComparison.Ordinal);
        Assert.EndsWith(": 0 days", shown[3].TrimEnd(), StringComparison.Ordinal);
        Assert.EndsWith(" UTC", shown[4].TrimEnd(), StringComparison.Ordinal);
        Assert.Matches(@"Id +State +Activated +AgeDays", keys);
    }

    [Fact]
    public void GetKms_WhatANewerEdgeKmsAdds_ComesAlong()
    {
        using var program = new StandIn(
            """
            { "state": "new", "exitCode": 0, "problem": null, "ring": null, "later": { "when": "2026-11-24T10:00:00Z", "list": [] } }
            """
        );
        using var session = new Session(program.Folder);

        var result = session.Run("(Get-AksEdgeKms).Later");

        Assert.Equal(new DateTime(2026, 11, 24, 10, 0, 0, DateTimeKind.Utc), result["When"]);
        Assert.Empty((object[])result["List"]!);
        Assert.Equal(["status", "-o", "json"], program.Arguments);
    }
}
