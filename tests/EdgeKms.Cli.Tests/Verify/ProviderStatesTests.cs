using System.Text.Json;
using EdgeKms.Cli.Status;
using EdgeKms.Cli.Verify;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Tests.Verify;

public class ProviderStatesTests
{
    private static StatusReport Report(string name) =>
        JsonSerializer.Deserialize(
            File.ReadAllBytes(Path.Combine(TranscriptTests.Source, name + ".json")),
            AdminJson.Default.StatusReport
        )!;

    [Fact]
    public void Of_HealthyReport_IsTheActiveKey()
    {
        var report = Report("status-healthy");
        var active = report.Ring!.Keys.Single(k => k.State == "active");
        Assert.Equal(
            (active.Id, active.Hash, null),
            (ProviderStates.Of(report).KeyId, ProviderStates.Of(report).KeyHash, ProviderStates.Of(report).Problem)
        );
    }

    [Theory]
    [InlineData("status-overdue", null)]
    [InlineData("status-sealed", "node.token")]
    [InlineData("status-unhealthy", "self-test")]
    [InlineData("status-absent", "no key ring")]
    public void Of_EachState_HasItsProblem(string name, string? problem)
    {
        var state = ProviderStates.Of(Report(name));
        if (problem is null)
            Assert.Null(state.Problem);
        else
            Assert.Contains(problem, state.Problem);
    }

    [Fact]
    public void Of_UnreadableObjects_IsAWellDaemonWithObjectsThatAreNot()
    {
        var state = ProviderStates.Of(Report("status-unreadable"));
        Assert.Null(state.Problem);
        Assert.Equal(3, state.Objects!.Unreadable);
        Assert.Equal(3, state.RingKeys!.Count);
    }

    [Fact]
    public void Of_AHeaderThatNobodyAuthenticated_VouchesForNoKey() =>
        Assert.Null(ProviderStates.Of(Report("status-stopped")).RingKeys);

    [Fact]
    public async Task Ask_NobodyListens_IsAFindingWithTheCommand()
    {
        using var directory = new TemporaryDirectory();
        var state = await ProviderStates.AskAsync(new DaemonSockets(directory["admin.sock"]), default);
        Assert.Null(state.KeyId);
        Assert.Contains("doesn't run", state.Problem);
        Assert.Equal("sudo systemctl start edgekmsd", state.Next);
    }
}
