using EdgeKms.Cluster.ControlPlane.Children;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>The children of one run: each is started when the one before it is ready, and stopped in the reverse order.</summary>
internal sealed class ChildGroup(PreparedRun run, string launcher, TimeProvider time, Action<string> step)
    : IAsyncDisposable
{
    private const int ShownLogLines = 10;
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(250);

    private readonly ParentThread _parent = new();
    private readonly List<SupervisedChild> _children = [];

    internal IReadOnlyList<ControlPlaneProcess> Processes =>
        [.. _children.Select(c => new ControlPlaneProcess(c.Spec.Name, c.Pid, run.State.Log(c.Spec.Name)))];

    /// <param name="limit">For all of them together.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="CommandException">Exit code 1: not ready in time; 8: can't be started.</exception>
    internal async Task StartAsync(TimeSpan limit, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        foreach (var spec in run.Children)
        {
            stop.ThrowIfCancellationRequested();
            step($"Starting {spec.Name}");
            var child = new SupervisedChild(spec, run.State, launcher, _parent, time, step);
            _children.Add(child);
            await child.StartAsync();
            await ReadyAsync(spec, since, limit, stop);
            step(spec.IsReady);
        }
    }

    /// <summary>Stops what was started, the last first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.StopAsync();
            child.Dispose();
        }
        _parent.Dispose();
    }

    private async Task ReadyAsync(ChildSpec spec, long since, TimeSpan limit, CancellationToken stop)
    {
        var said = "";
        while (true)
        {
            var failing = await spec.Readiness.FailingAsync(stop);
            if (failing.Count == 0)
                return;
            var text = string.Join("; ", failing);
            if (time.GetElapsedTime(since) > limit)
                throw NotReady(spec, text, limit);
            if (!string.Equals(said, text, StringComparison.Ordinal))
                step($"Waiting for {spec.Name}: {said = text}");
            await Task.Delay(s_poll, time, stop);
        }
    }

    private CommandException NotReady(ChildSpec spec, string failing, TimeSpan limit)
    {
        var log = run.State.Log(spec.Name);
        step($"The last lines of {log}:");
        foreach (var line in ChildLog.Tail(log, ShownLogLines))
            step("  " + line);
        return new CommandException(
            ExitCode.Failed,
            $"{spec.Name} was not ready within {limit.TotalSeconds:0} s: {failing}",
            $"see {log}; everything that was started is stopped again"
        );
    }
}
