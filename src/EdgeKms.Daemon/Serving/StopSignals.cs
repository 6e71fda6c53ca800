using System.Runtime.InteropServices;

namespace EdgeKms.Daemon.Serving;

/// <summary>SIGTERM and SIGINT, noted from the moment that this is made.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    internal StopSignals()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    }

    /// <summary>Until one has come, or the caller gives up.</summary>
    internal async Task WaitAsync(CancellationToken cancellation)
    {
        await using var cancelled = cancellation.Register(() => _stop.TrySetResult());
        await _stop.Task;
    }

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.TrySetResult();
    }
}
