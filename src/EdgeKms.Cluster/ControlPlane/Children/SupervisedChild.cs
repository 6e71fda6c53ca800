using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane.Children;

/// <summary>A child that is started again when it ends, until it is stopped.</summary>
internal sealed class SupervisedChild(
    ChildSpec spec,
    LocalState state,
    string launcher,
    ParentThread parent,
    TimeProvider time,
    Action<string> step
) : IDisposable
{
    /// <summary>How long it has from SIGTERM to SIGKILL.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private ChildProcess? _process;

    internal ChildSpec Spec => spec;

    internal int? Pid => Volatile.Read(ref _process)?.Pid;

    /// <summary>Starts it, and looks after it from then on.</summary>
    /// <exception cref="CommandException">Exit code 8: it can't be started.</exception>
    internal async Task StartAsync()
    {
        var first = await LaunchAsync();
        _running = SuperviseAsync(first);
    }

    /// <summary>Ends it: SIGTERM, and SIGKILL after 20 s.</summary>
    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public void Dispose() => _stop.Dispose();

    private async Task<ChildProcess> LaunchAsync()
    {
        var process = await parent.RunAsync(() => ChildProcess.Start(launcher, spec, state.Log(spec.Name)));
        Volatile.Write(ref _process, process);
        try
        {
            if (process.Identity is { } identity)
                ChildRecord.Write(state, spec.Name, identity);
            return process;
        }
        catch (CommandException)
        {
            // Without its record nobody would find it again.
            await process.StopAsync(Patience, time);
            process.Dispose();
            throw;
        }
    }

    private async Task SuperviseAsync(ChildProcess process)
    {
        var delay = TimeSpan.Zero;
        while (true)
        {
            var since = time.GetTimestamp();
            if (!await EndsByItselfAsync(process))
                return;
            delay = RestartDelay.Next(delay, time.GetElapsedTime(since));
            step(
                $"{spec.Name} ended with code {process.ExitCode}; starting it again in {delay.TotalSeconds:0} s; log: {state.Log(spec.Name)}"
            );
            process.Dispose();
            if (await RelaunchAsync(delay) is not { } next)
                return;
            process = next;
        }
    }

    /// <summary>False when it was stopped.</summary>
    private async Task<bool> EndsByItselfAsync(ChildProcess process)
    {
        try
        {
            await process.ExitedAsync(_stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            step($"Stopping {spec.Name}");
            if (!await process.StopAsync(Patience, time))
                step($"{spec.Name} did not end within {Patience.TotalSeconds:0} s and was killed");
            process.Dispose();
            ChildRecord.Delete(state, spec.Name);
            return false;
        }
    }

    /// <summary>Null when it was stopped meanwhile.</summary>
    private async Task<ChildProcess?> RelaunchAsync(TimeSpan delay)
    {
        while (true)
        {
            try
            {
                await Task.Delay(delay, time, _stop.Token);
                var process = await LaunchAsync();
                _ = SayWhenReadyAsync();
                return process;
            }
            catch (OperationCanceledException)
            {
                ChildRecord.Delete(state, spec.Name);
                return null;
            }
            catch (CommandException e)
            {
                delay = RestartDelay.Next(delay, TimeSpan.Zero);
                step($"{e.Message}; trying again in {delay.TotalSeconds:0} s");
            }
        }
    }

    private async Task SayWhenReadyAsync()
    {
        var pid = Pid;
        try
        {
            while ((await spec.Readiness.FailingAsync(_stop.Token)).Count > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), time, _stop.Token);
                if (Pid != pid)
                    return; // ended once more
            }
            step($"{spec.IsReady} again");
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was.
        }
    }
}
