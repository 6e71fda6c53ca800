using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Status;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Deploy;

/// <summary>Puts a deployment or a removal together with what it needs of this machine: systemd, the provider, the API server, a key ring.</summary>
internal sealed class Deployer : IDisposable
{
    private readonly Session _session;
    private readonly Image _image;
    private readonly Action<string> _step;
    private readonly bool _mayAsk;
    private readonly ApiClient? _client;

    /// <param name="session">Of the command.</param>
    /// <param name="image">Where to.</param>
    /// <param name="step">Gets each step in words.</param>
    /// <param name="mayAsk">True where a key ring may be made on the terminal.</param>
    internal Deployer(Session session, Image image, Action<string> step, bool mayAsk)
    {
        (_session, _image, _step, _mayAsk) = (session, image, step, mayAsk);
        _client = image.Root.IsThisMachine ? Client(session.Time) : null;
    }

    /// <param name="mayStart">False starts and stops no unit.</param>
    /// <param name="limit">How long the provider and the API server may take.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    internal async Task<Deployment> DeploymentAsync(bool mayStart, TimeSpan limit, CancellationToken cancellation) =>
        new(
            _image.Unit,
            _image.Root,
            await ActivationAsync(mayStart, limit, cancellation),
            () => NeedRingAsync(cancellation),
            _step
        );

    internal async Task<Activation> ActivationAsync(bool mayStart, TimeSpan limit, CancellationToken cancellation)
    {
        var units = mayStart && Systemd.IsRunning ? new Systemd(_session.Time) : null;
        var provider = new ProviderWait(_image.Unit.Settings.KmsSocket, limit, _session.Time);
        var server = _client is null || units is null ? null : new ApiServerWait(_client, limit, _session.Time);
        if (server is not null && !await server.AnswersAsync(cancellation))
            server = null;
        return new Activation(_image.Root, units, provider, server, _step);
    }

    public void Dispose() => _client?.Dispose();

    /// <summary>Null where no administrator's kubeconfig can be used: then nothing is waited for.</summary>
    private static ApiClient? Client(TimeProvider time)
    {
        try
        {
            return new ApiClient(KubeConfig.Read(new KubeConfigFile(variable: null, home: null).Find(null)), time);
        }
        catch (CommandException)
        {
            return null;
        }
    }

    /// <summary>A cluster that is pointed to a provider without keys does not start: on a terminal the ring is made now.</summary>
    private async Task NeedRingAsync(CancellationToken cancellation)
    {
        var report = await StatusSource.AskAsync(
            DaemonSockets.Of(_image.Unit.Settings),
            _session.Daemon,
            _image.Unit.Arguments,
            _session.Time,
            cancellation
        );
        if (!string.Equals(report.State, "absent", StringComparison.Ordinal))
            return;
        // Only a verdict knows that nothing on the machine remembers a ring; an older edgekmsd sends none.
        if (Console.IsInputRedirected || !_mayAsk || report.Verdict is null)
        {
            throw new CommandException(
                ExitCode.NoRing,
                "there is no key ring, and a cluster doesn't start with a provider that has none",
                StatusVerdict.Problem(report)?.Hint ?? "\"edgekms doctor\" says more"
            );
        }
        _step("Making the key ring");
        await DaemonProcess.RunAsync(_session.Daemon.Path(), ["init", .. _image.Unit.Arguments], cancellation);
    }
}
