using EdgeKms.Daemon.Serving;
using EdgeKms.Daemon.Tests.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests.Serving;

public sealed class LoopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines<Loop> _log = new();

    [Fact]
    public async Task Loop_ThatFails_SaysItOnceAndBeginsAgain()
    {
        using var loop = new Failing(_time, _log) { Failures = 2 };
        await loop.StartAsync(default);

        await Runs(loop, 1);
        _time.Advance(Loop.FirstPause);
        await Runs(loop, 2);
        _time.Advance(Loop.FirstPause);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(2, loop.Runs); // the pause grows
        _time.Advance(Loop.FirstPause);
        await Runs(loop, 3);

        Assert.Equal(
            [
                (LogLevel.Error, "Failing failed, and begins again in 60 s"),
                (LogLevel.Error, "Failing failed, and begins again in 120 s"),
            ],
            _log.Lines
        );
        await loop.StopAsync(default);
    }

    [Fact]
    public async Task Loop_ThatIsStopped_SaysNothing()
    {
        using var loop = new Failing(_time, _log);
        await loop.StartAsync(default);
        await Runs(loop, 1);

        await loop.StopAsync(default);

        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully); // the host has nothing to complain of
        Assert.Empty(_log.Lines);
    }

    private static async Task Runs(Failing loop, int count)
    {
        while (loop.Runs < count)
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await Task.Delay(20, TestContext.Current.CancellationToken); // until it waits on the clock
    }

    private sealed class Failing(TimeProvider time, ILogger log) : Loop(time, log)
    {
        public int Failures { get; init; }

        public int Runs { get; private set; }

        protected override async Task RunAsync(CancellationToken stoppingToken)
        {
            Runs++;
            if (Runs <= Failures)
                throw new InvalidOperationException("words");
            await Task.Delay(Timeout.InfiniteTimeSpan, Time, stoppingToken);
        }
    }
}
