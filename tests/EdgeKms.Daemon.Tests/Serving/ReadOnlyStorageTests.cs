using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Tests.Logging;
using EdgeKms.KeyRing.Failures;
using EdgeKms.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Serving;

/// <summary>A ring on a file system that is read-only, as kernels leave one after disk errors.</summary>
public sealed class ReadOnlyStorageTests : IDisposable
{
    private readonly ScratchDirectory _disk = new();
    private readonly TestMachine _machine;
    private readonly Provider _provider = new();
    private readonly DaemonFigures _figures = new();
    private readonly LogLines<RingKeeper> _keeperLog = new();
    private readonly LogLines<RotationLoop> _loopLog = new();
    private readonly RingKeeper _keeper;

    public ReadOnlyStorageTests()
    {
        _disk.MountMemory();
        _machine = new TestMachine(withRing: true, ("stateDirectory", _disk.Path));
        _disk.RemountReadOnly();
        _keeper = new RingKeeper(_machine.Settings, _provider, _figures, _machine.Time, _keeperLog);
    }

    public void Dispose()
    {
        _keeper?.Dispose();
        _figures.Dispose();
        _machine?.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public async Task Start_OnAReadOnlyFileSystem_ServesAndStatusNamesTheCause()
    {
        Assert.Null(await _keeper.ReloadAsync(default));

        Assert.Equal("ok", _provider.Status().Healthz);
        Assert.DoesNotContain(_keeperLog.Lines, l => l.Level >= LogLevel.Warning);
        var report = Status();
        Assert.Equal(("unsealed", "storage-read-only", 8), (report.State, report.Problem?.Code, report.ExitCode));
    }

    [Fact]
    public async Task Start_OnAReadOnlyFileSystem_StillExcludesASecondDaemon()
    {
        await _keeper.ReloadAsync(default);
        using var second = new RingKeeper(
            _machine.Settings,
            new Provider(),
            _figures,
            _machine.Time,
            NullLogger<RingKeeper>.Instance
        );

        Assert.Equal(ErrorCode.AlreadyServing, await second.ReloadAsync(default));
    }

    [Fact]
    public async Task Schedule_OnAReadOnlyFileSystem_WarnsOnceAndRotatesOnceItIsWritable()
    {
        await _keeper.ReloadAsync(default);
        using var loop = new RotationLoop(_machine.Settings, _keeper, _machine.Time, _loopLog);
        await loop.StartAsync(default);
        _machine.Time.Advance(TimeSpan.FromDays(40)); // overdue, and the mark too

        await Minutes(30);

        var (level, text) = Assert.Single(_loopLog.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"the file system of {_disk.Path} is mounted read-only", text);
        Assert.Equal(1, _provider.Current.Stored!.Ring.Header.Generation);

        Assert.Equal(0, ScratchDirectory.Run("mount", "-o", "remount,rw", _disk.Path));
        await Minutes(5);

        Assert.Equal(2, _provider.Current.Stored!.Ring.Header.Generation);
        Assert.Null(Status().Problem);
        Assert.DoesNotContain(_loopLog.Lines, l => l.Level >= LogLevel.Error);
        await loop.StopAsync(default);
    }

    [Fact]
    public void Doctor_OnAReadOnlyFileSystem_HandsOverACommandThatRemountsIt()
    {
        var found = StorageChecks.ReadOnly.Run(new Machine(_machine.Settings, null, _machine.Time));

        Assert.Equal((Outcome.Fail, false), (found.Outcome, found.StopsApiServer));
        Assert.Equal(0, ScratchDirectory.Run("sh", "-c", found.Next!));
        Assert.Equal(
            Outcome.Pass,
            StorageChecks.ReadOnly.Run(new Machine(_machine.Settings, null, _machine.Time)).Outcome
        );
    }

    private Contract.AdminApi.StatusReport Status()
    {
        using var selfTest = new SelfTestLoop(
            _machine.Settings,
            _provider,
            _keeper,
            new ServiceNotices(_ => null, 0),
            _machine.Time,
            NullLogger<SelfTestLoop>.Instance
        );
        var told = new ToldReports(_machine.Settings, NullLogger<ToldReports>.Instance);
        return new DaemonStatus(_machine.Settings, _provider, _keeper, selfTest, told, _machine.Time).Now();
    }

    private async Task Minutes(int count)
    {
        for (var minute = 0; minute < count; minute++)
        {
            _machine.Time.Advance(RotationLoop.Interval);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
