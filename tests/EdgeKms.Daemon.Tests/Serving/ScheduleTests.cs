using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Rotation;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Serving;

/// <summary>The schedule with a fake clock, on real files.</summary>
public sealed class ScheduleTests : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public void Dispose()
    {
        foreach (var one in Enumerable.Reverse(_owned))
            one.Dispose();
    }

    [Theory]
    [InlineData(29, RotationAdvice.Wait, 1)]
    [InlineData(30, RotationAdvice.Rotate, 2)]
    [InlineData(31, RotationAdvice.Rotate, 2)]
    [InlineData(60, RotationAdvice.Rotate, 2)]
    [InlineData(400, RotationAdvice.Rotate, 2)]
    [InlineData(36_500, RotationAdvice.Rotate, 2)]
    internal async Task Start_AfterDaysOff_AnswersThenRotatesOnce(int days, RotationAdvice advice, int generation)
    {
        var machine = Machine();
        machine.Time.Advance(TimeSpan.FromDays(days));

        var (provider, keeper) = await Start(machine);

        var first = provider.Status().KeyId;
        var seed = provider.Encrypt(new byte[32]).Envelope;
        Assert.Equal(advice, await keeper.KeepDatesAsync(default));
        Assert.Equal(RotationAdvice.Wait, await keeper.KeepDatesAsync(default));
        Assert.Equal(generation, provider.Current.Stored!.Ring.Header.Generation);
        Assert.Equal(generation == 2, provider.Status().KeyId != first);
        Assert.Equal(new byte[32], provider.Decrypt(first, seed));
    }

    [Fact]
    public async Task KeepDates_WithTheClockBehind_WritesNothingAndRefusesNothing()
    {
        var machine = Machine();
        var (provider, keeper) = await Start(machine);
        machine.Time.Advance(TimeSpan.FromDays(20));
        await keeper.KeepDatesAsync(default); // marks day 20
        var files = Files(machine);
        keeper.Dispose();
        machine.Time.AdjustTime(new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero));
        (provider, keeper) = await Start(machine);

        Assert.Equal(RotationAdvice.ClockBehind, await keeper.KeepDatesAsync(default));

        Assert.Equal(files, Files(machine));
        Assert.Equal(32, provider.Decrypt(provider.Status().KeyId, provider.Encrypt(new byte[32]).Envelope).Length);
        machine.Time.AdjustTime(new DateTimeOffset(TestMachine.Start.AddDays(30)));
        Assert.Equal(RotationAdvice.Rotate, await keeper.KeepDatesAsync(default));
    }

    [Fact]
    public async Task KeepDates_Running_MarksTheTimeOnceADay()
    {
        var machine = Machine();
        var (provider, keeper) = await Start(machine);
        var marks = new HashSet<DateTime>();
        for (var hour = 0; hour < 29 * 24; hour++)
        {
            machine.Time.Advance(TimeSpan.FromHours(1));
            await keeper.KeepDatesAsync(default);
            marks.Add(provider.Current.Stored!.Seen!.Value);
            Assert.Equal(provider.Current.Stored.Seen, Mark(machine).Seen);
        }
        Assert.Equal(30, marks.Count);
        Assert.Equal(1, provider.Current.Stored!.Ring.Header.Generation);
    }

    [Fact]
    public async Task KeepDates_Paused_MarksButDoesNotRotate()
    {
        var machine = Machine(("rotation.paused", "true"));
        var (provider, keeper) = await Start(machine);
        machine.Time.Advance(TimeSpan.FromDays(100));

        Assert.Equal(RotationAdvice.Wait, await keeper.KeepDatesAsync(default));

        Assert.Equal(1, provider.Current.Stored!.Ring.Header.Generation);
        Assert.Equal(TestMachine.Start.AddDays(100), Mark(machine).Seen);
    }

    [Fact]
    public async Task KeepDates_AfterARotationByACommand_DoesNotRotateAgain()
    {
        var machine = Machine();
        var (provider, keeper) = await Start(machine);
        machine.Time.Advance(TimeSpan.FromDays(31));
        machine.Rotate();

        Assert.Equal(RotationAdvice.Wait, await keeper.KeepDatesAsync(default));

        Assert.Equal(2, provider.Current.Stored!.Ring.Header.Generation);
    }

    [Fact]
    public async Task KeepDates_WhenTheRequiredBackupFails_GoesOnWithTheOldKeyAndRotatesLater()
    {
        var machine = Machine(("backup.required", "true"));
        var (provider, keeper) = await Start(machine);
        var backups = machine.Settings.BackupDirectory!;
        Directory.Move(backups, backups + "-gone");
        machine.Time.Advance(TimeSpan.FromDays(30));
        var before = provider.Status().KeyId;

        var failure = await Assert.ThrowsAsync<EdgeKmsException>(() => keeper.KeepDatesAsync(default));

        Assert.Equal(ErrorCode.BackupFailed, failure.Code);
        Assert.Equal(before, provider.Status().KeyId);
        Directory.Move(backups + "-gone", backups);
        Assert.Equal(RotationAdvice.Rotate, await keeper.KeepDatesAsync(default));
        Assert.Equal(2, Directory.GetFiles(backups).Length);
    }

    [Fact]
    public async Task KeepDates_WhenTheBackupFails_RotatesAllTheSame()
    {
        var machine = Machine();
        var (provider, keeper) = await Start(machine);
        Directory.Delete(machine.Settings.BackupDirectory!, recursive: true);
        machine.Time.Advance(TimeSpan.FromDays(30));

        Assert.Equal(RotationAdvice.Rotate, await keeper.KeepDatesAsync(default));

        Assert.Equal(2, provider.Current.Stored!.Ring.Header.Generation);
    }

    [Fact]
    public async Task Loop_WithManyMissedPeriods_AnswersFirstAndRotatesOnce()
    {
        var machine = Machine();
        machine.Time.Advance(TimeSpan.FromDays(300));
        var (provider, keeper) = await Start(machine);
        using var loop = new RotationLoop(machine.Settings, keeper, machine.Time, NullLogger<RotationLoop>.Instance);
        await loop.StartAsync(default);
        Assert.Equal(1, provider.Current.Stored!.Ring.Header.Generation);

        var missing = 10; // minutes after the rotation, whenever this machine comes to it
        for (var tries = 0; tries < 6_000 && missing > 0; tries++)
        {
            machine.Time.Advance(RotationLoop.Interval);
            await Task.Delay(20, TestContext.Current.CancellationToken);
            if (provider.Current.Stored!.Ring.Header.Generation > 1)
                missing--;
        }

        Assert.Equal(2, provider.Current.Stored!.Ring.Header.Generation);
        await loop.StopAsync(default);
    }

    [Theory]
    [InlineData("0", 4_000, null)]
    [InlineData("40", 40, null)]
    [InlineData("40", 41, ErrorCode.NodeLocked)]
    [InlineData("40", -4_000, null)]
    internal async Task Start_AfterMoreDaysThanAllowed_IsSealed(string allowed, int days, ErrorCode? expected)
    {
        var machine = Machine(("node.lockAfterOfflineDays", allowed));
        machine.Time.AdjustTime(new DateTimeOffset(TestMachine.Start.AddDays(days)));
        var provider = new Provider();
        var keeper = Own(
            new RingKeeper(
                machine.Settings,
                provider,
                Own(new DaemonFigures()),
                machine.Time,
                NullLogger<RingKeeper>.Instance
            )
        );

        Assert.Equal(expected, await keeper.ReloadAsync(default));
    }

    [Fact]
    public async Task Load_OfARingWhoseCheckpointWasNotWritten_WritesItBeforeTheKeyIsAnnounced()
    {
        var machine = Machine();
        var mark = Path.Combine(machine.Settings.StateDirectory, "checkpoint");
        var old = await File.ReadAllBytesAsync(mark, TestContext.Current.CancellationToken);
        machine.Rotate();
        await File.WriteAllBytesAsync(mark, old, TestContext.Current.CancellationToken); // the power went in between

        await Start(machine);

        Assert.Equal(2, Mark(machine).Generation);
        Assert.Equal(machine.Stored!.Ring.Active.Id, Mark(machine).Active);
    }

    [Fact]
    public async Task KeepDates_WhenTheCheckpointCannotBeWritten_AnnouncesTheKeyOnceItCan()
    {
        var machine = Machine();
        var (provider, keeper) = await Start(machine);
        var before = provider.Status().KeyId;
        var obstacle = Path.Combine(machine.Settings.StateDirectory, ".new-checkpoint");
        Directory.CreateDirectory(obstacle);
        machine.Time.Advance(TimeSpan.FromDays(30));

        var failure = await Assert.ThrowsAsync<EdgeKmsException>(() => keeper.KeepDatesAsync(default));

        Assert.Equal(ErrorCode.StorageFailed, failure.Code); // the disk's own word, not "the checkpoint is damaged"
        Assert.Equal((before, ErrorCode.StorageFailed), (provider.Status().KeyId, keeper.DiskProblem));
        Assert.True(File.Exists(machine.RingFile(2)));
        await Assert.ThrowsAsync<EdgeKmsException>(() => keeper.KeepDatesAsync(default));
        Assert.Equal(before, provider.Status().KeyId);
        Directory.Delete(obstacle);
        Assert.Equal(RotationAdvice.Wait, await keeper.KeepDatesAsync(default));
        Assert.NotEqual(before, provider.Status().KeyId);
        Assert.Equal(2, Mark(machine).Generation);
        Assert.Null(keeper.DiskProblem);
    }

    [Fact]
    public async Task Persist_OfARingWhoseFilesAreLost_WritesAllThatWasInMemory()
    {
        var machine = Machine();
        machine.Rotate();
        var (provider, keeper) = await Start(machine);
        var (envelope, key) = provider.Encrypt(new byte[32]);
        Directory.Delete(Path.Combine(machine.Settings.StateDirectory, "ring"), recursive: true);
        Assert.Equal(ErrorCode.RingLost, await keeper.ReloadAsync(default));

        Assert.Null(await keeper.PersistAsync(default));

        keeper.Dispose();
        var (again, _) = await Start(machine);
        Assert.Equal(new byte[32], again.Decrypt(key.Id.Text, envelope));
        Assert.Equal(3, again.Current.Stored!.Ring.Header.Generation);
    }

    [Fact]
    public async Task Persist_OverADamagedChangeThatWasNeverAnnounced_WritesWhatServes()
    {
        var machine = Machine();
        var (provider, keeper) = await Start(machine);
        machine.Rotate();
        await File.WriteAllBytesAsync(machine.RingFile(2), new byte[9], TestContext.Current.CancellationToken);

        Assert.Null(await keeper.PersistAsync(default));

        Assert.Equal(3, provider.Current.Stored!.Ring.Header.Generation);
        Assert.True(File.Exists(machine.RingFile(2) + ".unusable-1"));
        keeper.Dispose();
        var (again, _) = await Start(machine);
        Assert.Equal(provider.Status().KeyId, again.Status().KeyId);
    }

    [Fact]
    public async Task Persist_OverAWholeChangeThatTheDaemonDoesNotKnow_IsRefused()
    {
        var machine = Machine();
        var (_, keeper) = await Start(machine);
        machine.Rotate();

        Assert.Equal(ErrorCode.RingChanged, await keeper.PersistAsync(default));

        Assert.False(File.Exists(machine.RingFile(3)));
    }

    private TestMachine Machine(params (string Name, string Value)[] settings) => Own(new TestMachine(true, settings));

    private async Task<(Provider, RingKeeper)> Start(TestMachine machine)
    {
        var provider = new Provider();
        var keeper = Own(
            new RingKeeper(
                machine.Settings,
                provider,
                Own(new DaemonFigures()),
                machine.Time,
                NullLogger<RingKeeper>.Instance
            )
        );
        Assert.Null(await keeper.ReloadAsync(default));
        return (provider, keeper);
    }

    private static Checkpoint Mark(TestMachine machine) =>
        Checkpoint.TryParse(File.ReadAllBytes(Path.Combine(machine.Settings.StateDirectory, "checkpoint")))!;

    private static Dictionary<string, string> Files(TestMachine machine) =>
        Directory
            .GetFiles(machine.Root, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f)), StringComparer.Ordinal);

    private T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }
}
