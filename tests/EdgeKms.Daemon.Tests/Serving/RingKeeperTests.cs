using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Metrics;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Serving;

public sealed class RingKeeperTests : IDisposable
{
    private readonly TestMachine _machine = new();
    private readonly Provider _provider = new();
    private readonly DaemonFigures _figures = new();
    private readonly RingKeeper _keeper;

    public RingKeeperTests() =>
        _keeper = new RingKeeper(
            _machine.Settings,
            _provider,
            _figures,
            _machine.Time,
            NullLogger<RingKeeper>.Instance
        );

    public void Dispose()
    {
        _keeper.Dispose();
        _figures.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public async Task Reload_OfANewGeneration_Serves()
    {
        Assert.Null(await _keeper.ReloadAsync(default));
        var first = _provider.Status().KeyId;
        _machine.Rotate();

        Assert.Null(await _keeper.ReloadAsync(default));

        Assert.NotEqual(first, _provider.Status().KeyId);
    }

    [Fact]
    public async Task Reload_OfADamagedRing_KeepsTheOneInMemory()
    {
        await _keeper.ReloadAsync(default);
        var served = _provider.Status().KeyId;
        _machine.Rotate();
        var file = _machine.RingFile(2);
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..^1]);

        Assert.Equal(ErrorCode.RingDamaged, await _keeper.ReloadAsync(default));
        Assert.Equal(ErrorCode.RingDamaged, _keeper.DiskProblem);
        Assert.Equal(served, _provider.Status().KeyId);

        File.WriteAllBytes(file, whole);
        Assert.Null(await _keeper.ReloadAsync(default));
        Assert.Null(_keeper.DiskProblem);
        Assert.NotEqual(served, _provider.Status().KeyId);
    }

    [Fact]
    public async Task Reload_OfAnOlderRingWithItsCheckpoint_IsRefused()
    {
        var oldCheckpoint = File.ReadAllBytes(Path.Combine(_machine.Settings.StateDirectory, "checkpoint"));
        _machine.Rotate();
        await _keeper.ReloadAsync(default);
        File.Delete(_machine.RingFile(2));
        File.WriteAllBytes(Path.Combine(_machine.Settings.StateDirectory, "checkpoint"), oldCheckpoint);

        Assert.Equal(ErrorCode.RingRolledBack, await _keeper.ReloadAsync(default));
        Assert.Equal(_machine.Stored!.Ring.Active.Id.Text, _provider.Status().KeyId);
    }

    [Fact]
    public async Task Reload_WithoutTheToken_IsSealedUntilItIsBack()
    {
        var token = _machine.Settings.NodeTokenFile;
        File.Move(token, token + ".away");

        Assert.Equal(ErrorCode.TokenMissing, await _keeper.ReloadAsync(default));
        Assert.Equal(ErrorCode.TokenMissing, Assert.Throws<EdgeKmsException>(() => _provider.Status()).Code);

        File.Move(token + ".away", token);
        Assert.Null(await _keeper.ReloadAsync(default));
        Assert.Equal("ok", _provider.Status().Healthz);
    }

    [Fact]
    public async Task ReloadForUnknownKey_OfManyCalls_IsOneASecond()
    {
        await _keeper.ReloadAsync(default);
        Assert.False(await _keeper.ReloadForUnknownKeyAsync(default)); // nothing new on disk
        _machine.Rotate();

        Assert.False(await _keeper.ReloadForUnknownKeyAsync(default)); // too soon
        _machine.Time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.True(await _keeper.ReloadForUnknownKeyAsync(default));
    }

    [Fact]
    public async Task Reload_WhileAnotherDaemonServes_IsRefused()
    {
        await _keeper.ReloadAsync(default);
        var provider = new Provider();
        using var second = new RingKeeper(
            _machine.Settings,
            provider,
            _figures,
            _machine.Time,
            NullLogger<RingKeeper>.Instance
        );

        Assert.Equal(ErrorCode.AlreadyServing, await second.ReloadAsync(default));
    }
}
