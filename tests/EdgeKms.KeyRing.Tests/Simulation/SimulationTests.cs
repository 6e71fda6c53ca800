using System.Globalization;

namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>
/// Years of a machine. <c>EDGEKMS_SIMULATION_SEEDS=N</c> runs N seeds, <c>EDGEKMS_SIMULATION_SEED=S</c> that one; a
/// failure names its seed.
/// </summary>
public sealed class SimulationTests
{
    private const int Seeds = 200;
    private static readonly TimeSpan Length = TimeSpan.FromDays(500);

    [Fact]
    public void Machine_OverYearsOfAccidents_LosesNothingAndNeverGoesBack()
    {
        var (announced, cuts, repairs, restores, stored, lost) = (0, 0, 0, 0, 0, 0);
        foreach (var seed in Chosen())
        {
            var world = Run(seed, BrokenRule.None, out var broken);
            Assert.True(broken is null, $"EDGEKMS_SIMULATION_SEED={seed}: {broken}");
            announced += world.Ledger.Announcements;
            cuts += world.PowerCuts;
            repairs += world.Repairs;
            restores += world.Restores;
            stored += world.Ledger.Stored;
            lost += world.Ledger.LostOnPurpose;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{announced} keys, {cuts} power cuts, {repairs} repairs, {restores} restores, {stored} seeds, {lost} given up"
        );
        // It did happen.
        Assert.All([announced, cuts, repairs, restores, stored - lost], n => Assert.InRange(n, 1, int.MaxValue));
    }

    // A simulation that finds nothing proves something only if it finds what is wrong: each rule, broken on purpose.
    [Theory]
    [InlineData(BrokenRule.SkipsMarkBeforeAnnouncing, 400)]
    [InlineData(BrokenRule.AnnouncesWhatItCouldNotMark, 400)]
    [InlineData(BrokenRule.PromotesTheTokenBeforeTheCommit, 50)]
    [InlineData(BrokenRule.RotatesOncePerMissedPeriod, 50)]
    [InlineData(BrokenRule.EncryptsWithTheNewestKey, 50)]
    [InlineData(BrokenRule.RotatesWithTheClockBehind, 200)]
    [InlineData(BrokenRule.RestoresWithoutANewKey, 50)]
    [InlineData(BrokenRule.RepairsBehindTheLastKey, 50)]
    public void BrokenRule_InTheModel_IsFoundWithinSomeSeeds(BrokenRule rule, int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            Run((ulong)seed, rule, out var broken);
            if (broken is null)
                continue;
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {broken.Split('\n')[0]}");
            return;
        }
        Assert.Fail($"{rule} was not noticed");
    }

    private static World Run(ulong seed, BrokenRule rule, out string? broken)
    {
        var world = new World(seed, rule);
        try
        {
            world.Run(Length);
            broken = null;
        }
        catch (BrokenException e)
        {
            broken = e.Message;
        }
        // Rings have no Dispose: their pages go with the collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return world;
    }

    private static IEnumerable<ulong> Chosen()
    {
        if (Environment.GetEnvironmentVariable("EDGEKMS_SIMULATION_SEED") is { Length: > 0 } one)
            return [ulong.Parse(one, CultureInfo.InvariantCulture)];
        var count = Environment.GetEnvironmentVariable("EDGEKMS_SIMULATION_SEEDS") is { Length: > 0 } many
            ? int.Parse(many, CultureInfo.InvariantCulture)
            : Seeds;
        return Enumerable.Range(1, count).Select(s => (ulong)s);
    }
}
