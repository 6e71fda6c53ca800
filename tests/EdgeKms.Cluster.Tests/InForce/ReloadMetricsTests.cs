using System.Text;

namespace EdgeKms.Cluster.Tests.InForce;

/// <summary>What is read out of each version's metrics: at the start, after reloads, after a restart.</summary>
public class ReloadMetricsTests
{
    public static TheoryData<string> Versions => [.. StandIn.Versions];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Sample_EachVersion_HasWhatItSays(string version)
    {
        foreach (var reloads in new[] { true, false })
        {
            var server = new StandIn(version, reloads).Starts(-60, "sha256:aa");

            var first = server.At(0);

            Assert.Equal(version, first.Version);
            Assert.Equal(reloads, first.Reloads);
            Assert.True(first.IsReady);
            Assert.Equal(server.NamesHash ? "sha256:aa" : null, first.Hash);
            Assert.Equal((0, 0), (first.Successes, first.Failures));
            Assert.Equal(version == "v1.28.15", first.HasCounters);
            Assert.Equal(server.Counts, first.CountsReloads);
            Assert.Equal((null, null), (first.LastSuccess, first.LastFailure));
            Assert.InRange(first.ProcessStart!.Value, StandIn.Clock(-61), StandIn.Clock(-60));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Sample_AfterReloadsAndARestart_CountsThoseOfItsProcess(string version)
    {
        var server = new StandIn(version)
            .Starts(-600, "sha256:aa")
            .Loads(10, "sha256:bb")
            .Fails(20)
            .Loads(30, "sha256:cc");

        var loaded = server.At(40);
        var restarted = server.Starts(50, "sha256:dd").At(60);

        Assert.Equal(server.NamesHash ? "sha256:cc" : null, loaded.Hash);
        Assert.Equal(server.Counts ? (2, 1) : (0, 0), (loaded.Successes, loaded.Failures));
        Assert.Equal(server.Counts ? StandIn.Clock(30) : null, Rounded(loaded.LastSuccess));
        Assert.Equal(server.Counts ? StandIn.Clock(20) : null, Rounded(loaded.LastFailure));
        Assert.Equal(server.Counts && version != "v1.28.15" ? [StandIn.Id] : [], loaded.Ids);
        Assert.Equal((0, 0), (restarted.Successes, restarted.Failures));
        Assert.Equal(server.NamesHash ? "sha256:dd" : null, restarted.Hash);
        Assert.False(loaded.IsSameProcess(restarted));
        Assert.True(loaded.IsSameProcess(server.Starts(-600, "sha256:cc").At(70)));
    }

    [Fact]
    public void Sample_SeveralIdentities_AreAddedUpAndNamed()
    {
        const string Text = """
            apiserver_encryption_config_controller_automatic_reloads_total{apiserver_id_hash="sha256:1",status="success"} 2
            apiserver_encryption_config_controller_automatic_reloads_total{apiserver_id_hash="",status="success"} 3
            apiserver_encryption_config_controller_automatic_reloads_total{apiserver_id_hash="sha256:1",status="failure"} 1
            apiserver_encryption_config_controller_last_config_info{apiserver_id_hash="sha256:1",hash="sha256:aa"} 1
            apiserver_encryption_config_controller_last_config_info{apiserver_id_hash="sha256:2",hash="sha256:bb"} 1
            apiserver_encryption_config_controller_last_config_info{apiserver_id_hash="sha256:2",hash="sha256:cc"} 0
            process_start_time_seconds NaN
            """;
        var sample = EdgeKms.Cluster.InForce.ReloadMetrics.Read(
            Encoding.UTF8.GetBytes(Text),
            new(StandIn.Clock(0), TimeSpan.Zero)
        );

        Assert.Equal((5, 1), (sample.Successes, sample.Failures));
        Assert.Equal(["sha256:1", "sha256:2"], sample.Ids);
        Assert.Equal(["sha256:aa", "sha256:bb"], sample.Hashes);
        Assert.Null(sample.Hash);
        Assert.Null(sample.ProcessStart);
    }

    /// <summary>
    /// The start of one process moves with the clock by whole seconds; another process has another start, however soon.
    /// </summary>
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(3_600, 0, true)]
    [InlineData(-3_600, 0, true)]
    [InlineData(0.3, 0, true)]
    [InlineData(-0.3, 0, true)]
    [InlineData(0, 0.42, false)]
    [InlineData(0, 300, false)]
    [InlineData(-3_600, 300, false)]
    [InlineData(-300, 300.25, false)]
    public void Process_ClockSetOrRestarted_IsTheSameOrAnother(double clockSetBy, double startedLater, bool isSame)
    {
        var server = new StandIn("v1.31.14").Starts(-600, "a");
        var before = server.At(0);

        var after = server.ClockSet(clockSetBy).Starts(-600 + startedLater, "a").At(10);

        Assert.Equal(isSame, before.IsSameProcess(after));
    }

    /// <summary>A machine that slept: the clock that nobody sets stood still, the wall clock did not.</summary>
    [Fact]
    public void Process_MachineThatSlept_IsTheSame()
    {
        var server = new StandIn("v1.31.14").Starts(-600, "a");
        var before = server.At(0);
        var after = server.At(10);

        Assert.True(before.IsSameProcess(after with { At = after.At.AddHours(1) }));
    }

    private static DateTimeOffset? Rounded(DateTimeOffset? time) =>
        time?.AddMilliseconds(0.5) is { } t ? t.AddTicks(-(t.Ticks % TimeSpan.TicksPerMillisecond)) : null;
}
