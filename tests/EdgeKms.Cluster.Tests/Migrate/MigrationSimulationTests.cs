using System.Globalization;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Tests.Judge;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>
/// Migrations of generated configurations, with kube-apiserver's own loader, validation and transformers as judge: at every moment
/// it starts with the file as it is on disk, and reads everything that is stored.
/// </summary>
public abstract class MigrationSimulationTests
{
    /// <summary>10,000 in CI; EDGEKMS_SIMULATIONS says another number, EDGEKMS_SEED another first seed.</summary>
    private static readonly int s_count = Number("EDGEKMS_SIMULATIONS", 300);

    private static readonly string[] s_goals = ["kms", "kms", "kms", "identity", "aescbc", "secretbox"];

    protected static async Task SimulateAsync(int half)
    {
        using var directory = new TemporaryDirectory();
        using var judge = EncryptionJudge.Start();
        var (socket, other) = (directory["kms.sock"], directory["other.sock"]);
        judge.Plugin(socket);
        judge.Plugin(other);
        var first = Number("EDGEKMS_SEED", 1);
        for (var seed = first + half; seed < first + s_count; seed += 2)
        {
            try
            {
                await SimulateAsync(judge, seed, socket, other);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Assert.Fail($"EDGEKMS_SEED={seed}: {e}");
            }
        }
    }

    private static async Task SimulateAsync(EncryptionJudge judge, int seed, string socket, string other)
    {
        var random = new Random(seed);
        var text = GeneratedConfiguration.Make(random, socket, other);
        var judged = judge.Check(text);
        var before = EncryptionFile.Parse(text, "file");
        // The reader agrees with the judge, also where it refuses.
        Assert.Equal(judged.Error is null, before.Refusal() is null);
        if (judged.Error is not null)
            return;
        var goal = new MigrationGoal(
            null,
            s_goals[random.Next(s_goals.Length)],
            random.Next(4) == 0 ? "till" : "edgekms",
            KeepIdentity: random.Next(3) == 0
        );
        var target = new MigrationTarget(goal, socket, TimeSpan.FromSeconds(3), new byte[32]);
        var machine = new SimulatedMachine(judge, seed.ToString(CultureInfo.InvariantCulture), before);
        machine.Log.Add($"to {goal.To}\n{System.Text.Encoding.UTF8.GetString(text)}");
        machine.Check();
        try
        {
            await RunAsync(machine, random, goal, target);
        }
        catch (CommandException e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', machine.Log)}", e);
        }
        machine.End();
    }

    private static async Task RunAsync(
        SimulatedMachine machine,
        Random random,
        MigrationGoal goal,
        MigrationTarget target
    )
    {
        var trouble = 8;
        var acts = 0;
        while (await machine.ActAsync(target, Trouble(random, ref trouble)))
        {
            machine.Check();
            Assert.False(machine.IsWeaker(goal), string.Join('\n', machine.Log));
            Assert.True(++acts < 200, string.Join('\n', machine.Log));
            machine.Write();
            switch (random.Next(14))
            {
                case 0:
                    machine.Crash();
                    break;
                case 1:
                    machine.Restart();
                    machine.Check();
                    break;
                case 2 when trouble-- > 0:
                    machine.Edit(random);
                    break;
                case 3 when trouble-- > 0:
                    machine.Turn();
                    break;
            }
            machine.Check();
        }
        machine.Check();
        var isBack = machine.Log.FindLast(l => l is "abort" or "forward") == "abort";
        if (isBack && !machine.WasEdited)
            Assert.True(MigrationRoute.Same(machine.Disk, machine.Before), string.Join('\n', machine.Log));
        if (!isBack)
            Assert.True(MigrationRoute.Forward(machine.Disk, target).IsDone);
    }

    private static Fate Trouble(Random random, ref int trouble) =>
        trouble > 0 && random.Next(5) == 0 ? (--trouble % 2 == 0 ? Fate.NotTaken : Fate.Cut) : Fate.Taken;

    internal static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;
}

/// <summary>In two halves, for two cores.</summary>
public sealed class OddMigrationSimulationTests : MigrationSimulationTests
{
    [Fact]
    public Task Migration_OfAnyConfiguration_NeverStrandsTheCluster() => SimulateAsync(half: 0);
}

/// <inheritdoc cref="OddMigrationSimulationTests"/>
public sealed class EvenMigrationSimulationTests : MigrationSimulationTests
{
    [Fact]
    public Task Migration_OfAnyConfiguration_NeverStrandsTheCluster() => SimulateAsync(half: 1);
}
