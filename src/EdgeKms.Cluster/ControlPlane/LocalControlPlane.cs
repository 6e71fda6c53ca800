using EdgeKms.Cluster.ControlPlane.Certificates;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>
/// <c>edgekms up</c>: edgekmsd where none answers, etcd and kube-apiserver on 127.0.0.1, looked after until they are
/// stopped.
/// </summary>
/// <param name="options">What was asked for.</param>
/// <param name="time">The clock.</param>
/// <param name="step">Gets each step in words; from any thread, one at a time.</param>
public sealed class LocalControlPlane(ControlPlaneOptions options, TimeProvider time, Action<string> step)
{
    private static readonly TimeSpan s_renewalCheck = TimeSpan.FromDays(1);
    private readonly Lock _steps = new();

    /// <summary>Runs until <paramref name="stop"/>; everything that was started is stopped when it returns or throws.</summary>
    /// <param name="ready">Called once, when all of it is ready.</param>
    /// <param name="stop">The end.</param>
    /// <exception cref="CommandException">Not prepared, not started or not ready.</exception>
    /// <exception cref="OperationCanceledException">Stopped before it was ready.</exception>
    public async Task RunAsync(Action<ControlPlaneReport> ready, CancellationToken stop)
    {
        using var run = await PreparedRun.MakeAsync(options, time, Say, stop);
        await using var children = new ChildGroup(run, options.Launcher, time, Say);
        await children.StartAsync(options.ReadyTimeout, stop);
        ready(
            new ControlPlaneReport(
                run.State.Path,
                run.State.Kubeconfig,
                run.Ports.ApiUrl,
                run.Ports.EtcdUrl,
                run.EncryptionConfig,
                children.Processes
            )
        );
        await RenewCertificatesAsync(run, stop);
    }

    /// <summary>A machine that runs for years: etcd and kube-apiserver read renewed certificates by themselves.</summary>
    private async Task RenewCertificatesAsync(PreparedRun run, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await Task.Delay(s_renewalCheck, time, stop);
                var made = KeyMaterial.Ensure(run.State, run.Ports, time);
                if (made > 0)
                    Say($"Renewed {made} certificates");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (CommandException e)
            {
                Say($"The certificates can't be renewed: {e.Message}");
            }
        }
    }

    private void Say(string text)
    {
        lock (_steps)
            step(text);
    }
}
