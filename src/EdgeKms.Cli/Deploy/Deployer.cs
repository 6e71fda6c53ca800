using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Status;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Deploy;

/// <summary>Puts a deployment together with what it needs of this machine: systemd, the provider, a key ring.</summary>
/// <param name="session">Of the command.</param>
/// <param name="image">Where to.</param>
/// <param name="step">Gets each step in words.</param>
/// <param name="mayAsk">True where a key ring may be made on the terminal.</param>
internal sealed class Deployer(Session session, Image image, Action<string> step, bool mayAsk)
{
    /// <param name="units">Null starts nothing.</param>
    /// <param name="limit">How long the provider may take.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    internal Deployment Deployment(Systemd? units, TimeSpan limit, CancellationToken cancellation)
    {
        var provider = new ProviderWait(image.Unit.Settings.KmsSocket, limit, session.Time);
        return new Deployment(
            image.Unit,
            image.Root,
            new Activation(image.Root, units, provider, step),
            () => NeedRingAsync(cancellation),
            step
        );
    }

    /// <summary>A cluster that is pointed to a provider without keys does not start: on a terminal the ring is made now.</summary>
    private async Task NeedRingAsync(CancellationToken cancellation)
    {
        var report = await StatusSource.AskAsync(
            image.Unit.Settings.AdminSocket,
            session.Daemon,
            image.Unit.Arguments,
            session.Time,
            cancellation
        );
        if (!string.Equals(report.State, "absent", StringComparison.Ordinal))
            return;
        if (Console.IsInputRedirected || !mayAsk)
        {
            throw new CommandException(
                ExitCode.NoRing,
                "there is no key ring, and a cluster doesn't start with a provider that has none",
                "run \"edgekms init\" first: it asks for the administrator passphrase"
            );
        }
        step("Making the key ring");
        await DaemonProcess.RunAsync(session.Daemon.Path(), ["init", .. image.Unit.Arguments], cancellation);
    }
}
