using EdgeKms.Cluster.InForce;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.InForce;

/// <summary>How waits end, and when, by a clock that only waits move.</summary>
public class InForceWaitTests
{
    private const string A = "sha256:aaaa";
    private const string B = "sha256:bbbb";

    public static TheoryData<string> Versions => [.. StandIn.Versions];

    private static Task<PlayedCluster> Play(StandIn standIn, params (double, Action<StandIn>)[] script) =>
        PlayedCluster.Start(standIn.Starts(-600, A), _ => 200, script);

    private static async Task<ConfigurationPut> Put(PlayedCluster cluster, string? inForce = A) =>
        new(
            B,
            StandIn.Clock(0),
            A,
            await InForceSample.ReadAsync(cluster.Api, cluster.Time, TestContext.Current.CancellationToken),
            RestartedByUs: false
        )
        {
            InForceBefore = inForce,
        };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Wait_ReloadedAtTheNextLook_EndsThen(string version)
    {
        var standIn = new StandIn(version);
        await using var cluster = await Play(standIn, (57, s => s.Loads(57, B)));

        // What 1.27 is asked by: who wrote an object just now.
        var taking = await cluster.Wait(await Put(cluster), second => second >= 57);

        Assert.True(taking.IsTaken, taking.Reason);
        Assert.Null(taking.Reason);
        Assert.InRange(taking.Waited.TotalSeconds, 57, 62);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Wait_FileThatNeededNoChange_EndsAtOnce(string version)
    {
        await using var cluster = await Play(new StandIn(version), (-1, s => s.Starts(-300, B)));

        var taking = await cluster.Wait(new(B, StandIn.Clock(-400), null, null, RestartedByUs: false));

        Assert.True(taking.IsTaken, taking.Reason);
        Assert.Equal(TimeSpan.Zero, taking.Waited);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Wait_NeverLoaded_EndsAtItsLimitWithTheReason(string version)
    {
        var standIn = new StandIn(version);
        await using var cluster = await Play(standIn);

        var taking = await cluster.Wait(await Put(cluster), _ => false);

        Assert.False(taking.IsTaken);
        Assert.Equal(standIn.Counts, taking.IsStillBefore);
        Assert.Equal(300, taking.Waited.TotalSeconds);
        Assert.StartsWith("the API server has not taken the configuration within 300 s: it ", taking.Reason);
        Assert.Contains(standIn.Counts ? "still works with what it had before" : "the provider before", taking.Reason);
    }

    [Fact]
    public async Task Wait_RefusedAgainAfterALook_EndsEarly()
    {
        await using var cluster = await Play(
            new StandIn("v1.31.14"),
            (20, s => s.Fails(20)),
            (30, s => s.Fails(30)),
            (90, s => s.Fails(90))
        );

        var taking = await cluster.Wait(await Put(cluster));

        Assert.IsType<InForceVerdict.Refused>(taking.Verdict);
        Assert.True(taking.IsStillBefore);
        Assert.Equal(90, taking.Waited.TotalSeconds);
        Assert.Contains("tried to load the file and could not (3 tries have failed", taking.Reason);
    }

    [Fact]
    public async Task Wait_RefusedThenLoaded_IsTaken()
    {
        await using var cluster = await Play(
            new StandIn("v1.36.2"),
            (20, s => s.Fails(20)),
            (30, s => s.Fails(30)),
            (85, s => s.Loads(85, B))
        );

        Assert.True((await cluster.Wait(await Put(cluster))).IsTaken);
    }

    [Fact]
    public async Task Wait_RefusedOnce_GoesOn()
    {
        await using var cluster = await Play(new StandIn("v1.36.2"), (20, s => s.Fails(20)));

        Assert.Equal(300, (await cluster.Wait(await Put(cluster))).Waited.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    public async Task Wait_ServerThatIsDownForAWhile_GoesOn(int? answer)
    {
        var standIn = new StandIn("v1.31.14").Starts(-600, A);
        await using var cluster = await PlayedCluster.Start(
            standIn,
            second => second is > 0 and < 40 ? answer : 200,
            (35, s => s.Starts(35, B))
        );

        var taking = await cluster.Wait(await Put(cluster) with { RestartedByUs = true });

        Assert.True(taking.IsTaken, taking.Reason);
        Assert.Equal(40, taking.Waited.TotalSeconds);
    }

    [Fact]
    public async Task Wait_ServerThatStaysDown_SaysWhyAndDoesNotThrow()
    {
        await using var cluster = await PlayedCluster.Start(new StandIn("v1.31.14"), _ => null);

        var taking = await cluster.Wait(new(B, StandIn.Clock(0), A, null, RestartedByUs: true), limit: 10);

        Assert.IsType<InForceVerdict.Down>(taking.Verdict);
        Assert.False(taking.IsStillBefore);
        Assert.Contains("within 10 s: the API server at http://127.0.0.1", taking.Reason);
    }

    [Fact]
    public async Task Wait_NotReadyAfterwards_WaitsForIt()
    {
        var standIn = new StandIn("v1.36.2") { Failing = "kms-providers" };
        await using var cluster = await Play(standIn, (10, s => s.Loads(10, B)), (20, s => s.Failing = null));

        Assert.Equal(20, (await cluster.Wait(await Put(cluster))).Waited.TotalSeconds);
    }

    /// <summary>A probe is asked only where the metrics can't tell, and no more often than each five seconds.</summary>
    [Theory]
    [InlineData("v1.27.16", 12)]
    [InlineData("v1.31.14", 0)]
    [InlineData("v1.36.2", 0)]
    public async Task Wait_Probe_IsAskedWhereNothingElseTells(string version, int times)
    {
        await using var cluster = await Play(new StandIn(version));
        var asked = 0;

        await cluster.Wait(await Put(cluster), _ => ++asked < 0, limit: 59);

        Assert.Equal(times, asked);
    }

    [Fact]
    public async Task Wait_ReloadThatMayHaveReadTheFileBefore_IsLeftToTheProbe()
    {
        await using var cluster = await Play(
            new StandIn("v1.31.14"),
            (8, s => s.Loads(8, A)),
            (60, s => s.Loads(60, B))
        );

        var refuted = await cluster.Wait(await Put(cluster, inForce: null), _ => false);

        Assert.True(refuted.IsTaken);
        Assert.Equal(60, refuted.Waited.TotalSeconds);
    }

    [Fact]
    public async Task Wait_ProbeThatFails_GoesOnAndSaysIt()
    {
        await using var cluster = await Play(new StandIn("v1.27.16"));

        var taking = await cluster.Wait(
            await Put(cluster),
            _ => throw new CommandException(ExitCode.Failed, "a webhook refused it", "mend it"),
            limit: 10
        );

        Assert.Contains("a probe could not be written: a webhook refused it", taking.Reason);
        Assert.Contains("Kubernetes v1.27.16 counts no reloads", taking.Reason);
    }

    [Fact]
    public async Task Read_UserThatMayNotReadMetrics_IsToldSo()
    {
        await using var cluster = await PlayedCluster.Start(new StandIn("v1.36.2"), _ => 403);

        var refused = await Assert.ThrowsAsync<CommandException>(() =>
            InForceSample.ReadAsync(cluster.Api, cluster.Time, TestContext.Current.CancellationToken)
        );

        Assert.Equal(ExitCode.Permission, refused.ExitCode);
    }

    [Fact]
    public async Task Wait_Interrupted_Ends()
    {
        await using var cluster = await Play(new StandIn("v1.36.2"));
        using var stop = new CancellationTokenSource();
        var put = await Put(cluster);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.Wait(put, cancellation: stop.Token));
    }

    [Fact]
    public async Task Wait_NotReady_AsksNoProbe()
    {
        await using var cluster = await Play(new StandIn("v1.27.16") { Failing = "etcd" });

        var taking = await cluster.Wait(await Put(cluster), _ => true, limit: 10);

        Assert.False(taking.IsTaken);
    }

    [Fact]
    public async Task Read_WithoutBuildInfo_AsksForTheVersion()
    {
        await using var server = await ApiServer.FakeApiServer.Start(context =>
            Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response,
                context.Request.Path == "/version"
                    ? """{"gitVersion":"v1.31.5+k3s1"}"""
                    : "process_start_time_seconds 1"
            )
        );
        using var api = PlayedCluster.Client(server, TimeProvider.System);

        var sample = await InForceSample.ReadAsync(api, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal("v1.31.5+k3s1", sample.Version);
    }
}
