using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Verdict;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Serving;

/// <summary>A daemon and what others put on its disk.</summary>
public sealed class TakeOverTests : IDisposable
{
    private readonly TestMachine _machine = new();
    private readonly Provider _provider = new();
    private readonly DaemonFigures _figures = new();
    private readonly RingKeeper _keeper;

    public TakeOverTests() =>
        _keeper = new RingKeeper(
            _machine.Settings,
            _provider,
            _figures,
            _machine.Time,
            NullLogger<RingKeeper>.Instance
        );

    private string Mark => Path.Combine(_machine.Settings.StateDirectory, "checkpoint");

    public void Dispose()
    {
        _keeper.Dispose();
        _figures.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public async Task Reload_OfAnotherRing_KeepsTheOneInMemoryUnlessItWasRestored()
    {
        using var other = new TestMachine();
        Assert.Null(await _keeper.ReloadAsync(default));
        var served = _provider.Status().KeyId;
        PutInPlace(other);

        Assert.Equal(ErrorCode.CheckpointOtherRing, await _keeper.ReloadAsync(default));
        Assert.Equal(served, _provider.Status().KeyId);

        Assert.Null(await _keeper.AdoptAsync(default));
        Assert.Equal(other.Stored!.Ring.Active.Id.Text, _provider.Status().KeyId);
    }

    [Fact]
    public async Task Reload_OfALaterGenerationWithoutTheAnnouncedKey_KeepsTheOneInMemory()
    {
        var first = _machine.Stored!;
        _machine.Rotate();
        Assert.Null(await _keeper.ReloadAsync(default));
        var served = _provider.Status().KeyId;
        new RingFiles(_machine.Settings, _machine.Time).Writer.RotateAbove(first, 2);

        Assert.Equal(ErrorCode.RingRolledBack, await _keeper.ReloadAsync(default));
        Assert.Equal(served, _provider.Status().KeyId);
        Assert.Null(await _keeper.AdoptAsync(default));
        Assert.NotEqual(served, _provider.Status().KeyId);
    }

    [Fact]
    public async Task Start_OfAnUnmarkedOlderRing_IsRefusedWhereTheLogKnows()
    {
        var token = File.ReadAllBytes(_machine.Settings.NodeTokenFile);
        _machine.Rotate();
        File.Delete(_machine.RingFile(2));
        File.Delete(Mark);
        File.WriteAllBytes(_machine.Settings.NodeTokenFile, token);

        Assert.Equal(ErrorCode.RingRolledBack, await _keeper.ReloadAsync(default));
        Assert.Null(_provider.Current.Stored);

        Directory.Delete(Path.Combine(_machine.Settings.StateDirectory, "audit"), recursive: true);
        Assert.Null(await _keeper.ReloadAsync(default)); // the backup of generation 2 alone stops no start
    }

    [Fact]
    public async Task Persist_OverAnotherRing_KeepsItsFilesAndItsToken()
    {
        using var other = new TestMachine();
        Assert.Null(await _keeper.ReloadAsync(default));
        PutInPlace(other);
        var (ring, token) = (
            File.ReadAllBytes(_machine.RingFile(1)),
            File.ReadAllBytes(_machine.Settings.NodeTokenFile)
        );

        Assert.Null(await _keeper.PersistAsync(default));

        Assert.Equal(_machine.Stored!.Ring.Header.Id, _machine.Store.Load().Header.Id);
        Assert.Equal(ring, File.ReadAllBytes(_machine.RingFile(1) + ".unusable-1"));
        var kept = Directory
            .GetFiles(_machine.Settings.StateDirectory, "node-token.unusable*")
            .Select(File.ReadAllBytes);
        Assert.Contains(kept, k => k.SequenceEqual(token));
    }

    [Fact]
    public async Task Verdict_OfFilesThatAreGone_IsKnownAfterFiveSeconds()
    {
        Assert.Null(await _keeper.ReloadAsync(default));
        Assert.Equal(RingCase.Healthy, _keeper.Verdict().Case);
        Directory.Delete(Path.GetDirectoryName(_machine.RingFile(1))!, recursive: true);

        _machine.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(RingCase.HeldOnly, _keeper.Verdict().Case);
    }

    [Fact]
    public async Task Verdict_AfterAReload_IsLookedAtAnew()
    {
        Assert.Null(await _keeper.ReloadAsync(default));
        Assert.Equal(RingCase.Healthy, _keeper.Verdict().Case);
        File.Delete(_machine.Settings.NodeTokenFile);

        Assert.Null(await _keeper.ReloadAsync(default));

        Assert.Equal(RingCase.ServedSealed, _keeper.Verdict().Case);
    }

    [Fact]
    public async Task Verdict_OfAnotherScan_IsKnownAtOnce()
    {
        Assert.Null(await _keeper.ReloadAsync(default));
        Assert.Equal(RingCase.Healthy, _keeper.Verdict().Case);

        Assert.Equal(RingCase.Unreadable, _keeper.Verdict(new ObjectsReport(0, 0, 3, 0, ["k9.z"])).Case);
        Assert.Equal(RingCase.Healthy, _keeper.Verdict().Case);
    }

    private void PutInPlace(TestMachine other)
    {
        foreach (
            var path in new[]
            {
                other.RingFile(1),
                other.Settings.NodeTokenFile,
                Path.Combine(other.Settings.StateDirectory, "checkpoint"),
            }
        )
        {
            var here = path.Replace(other.Root, _machine.Root, StringComparison.Ordinal);
            File.WriteAllBytes(here, File.ReadAllBytes(path));
        }
    }
}
