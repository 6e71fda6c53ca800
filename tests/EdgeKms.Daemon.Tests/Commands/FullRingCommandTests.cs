using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Commands;
using EdgeKms.Daemon.Commands.Slots;
using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>A full ring is no dead end: what must work on it works, and what can't says the way out.</summary>
public sealed class FullRingCommandTests : IDisposable
{
    private readonly FullMachine _full = new();
    private readonly ScriptedStreams _streams = new();

    public void Dispose()
    {
        _full.Dispose();
        _streams.Dispose();
    }

    [Fact]
    public async Task Restore_OfAFullRing_OnABareMachine_Succeeds()
    {
        var backup = Path.Combine(_full.Machine.Root, "full.backup");
        File.Copy(_full.Backup, backup);
        Directory.Delete(_full.Machine.Settings.StateDirectory, recursive: true);
        var request = new RestoreRun.Request(backup, false, _full.Passphrase, null, null, false, OutputFormat.Json);

        Assert.Equal(
            0,
            await RestoreRun.Run(request, _full.Machine.Settings, _full.Machine.Time, _streams.Io, default)
        );

        HasOneKeyMore(generation: 2);
    }

    [Fact]
    public async Task Repair_OfAFullRingThatWasRolledBack_Succeeds()
    {
        _full.Files.Writer.RotateAbove(_full.Stored, 1); // an accident takes the key of generation 2
        File.Delete(_full.Machine.RingFile(2));
        var request = new RepairRun.Request(_full.Passphrase, null, "a test", false, OutputFormat.Json);

        Assert.Equal(0, await RepairRun.Run(request, _full.Machine.Settings, _full.Machine.Time, _streams.Io, default));

        HasOneKeyMore(generation: 3);
    }

    [Fact]
    public async Task SlotRemove_OfAFullRing_Succeeds()
    {
        var request = new SlotRemoveRun.Request(2, _full.Passphrase, null, [], false, null, false, OutputFormat.Json);

        Assert.Equal(
            0,
            await SlotRemoveRun.Run(request, _full.Machine.Settings, _full.Machine.Time, _streams.Io, default)
        );

        HasOneKeyMore(generation: 2);
        Assert.DoesNotContain(_full.Reopened().Slots, s => s.Number == 2);
    }

    [Fact]
    public async Task Rotate_OfAFullRing_IsRefusedUntilAKeyIsDestroyed()
    {
        var request = new RotateRun.Request(null, false, OutputFormat.Json);
        Task<int> RotateAsync() =>
            RotateRun.Run(request, _full.Machine.Settings, _full.Machine.Time, _streams.Io, default);

        Assert.Equal(ErrorCode.RingFull, (await Assert.ThrowsAsync<EdgeKmsException>(RotateAsync)).Code);
        var oldest = _full.Stored.Ring.Header.Keys[0].Id.Text;
        _full.Files.Writer.Destroy(_full.Stored, oldest);

        Assert.Equal(0, await RotateAsync());
        Assert.Equal(RingLimits.Keys, _full.Reopened().Keys.Count);
        Assert.DoesNotContain(_full.Reopened().Keys, k => k.Id.Text == oldest);
    }

    [Fact]
    public void Doctor_OfAFullRing_NamesTheKeyToDestroy()
    {
        var found = RingChecks.KeyCount.Run(new Machine(_full.Machine.Settings, null, _full.Machine.Time));

        Assert.Equal(Outcome.Fail, found.Outcome);
        Assert.Contains($"keys destroy {_full.Stored.Ring.Header.Keys[0].Id.Text} --evidence scan.json", found.Next);
    }

    [Fact]
    public void Status_OfAFullRing_SaysWhenTheNextRotationFails() =>
        Assert.Equal(
            TestMachine.Start.AddDays(30),
            StatusReporter.Offline(_full.Machine.Settings, _full.Machine.Time).Ring!.FullOn
        );

    private void HasOneKeyMore(int generation)
    {
        var header = _full.Reopened();
        Assert.Equal(
            (generation, RingLimits.Keys + 1, RingLimits.Keys + 1),
            (header.Generation, header.Keys.Count, header.Active.Id.Sequence)
        );
        Assert.Equal(RingOutcome.Ok, SealedRing.Parse(File.ReadAllBytes(_full.Machine.RingFile(generation)), out _));
    }
}
