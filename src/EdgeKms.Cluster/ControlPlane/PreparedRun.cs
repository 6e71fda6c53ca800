using System.Diagnostics.CodeAnalysis;
using EdgeKms.Cluster.ControlPlane.Certificates;
using EdgeKms.Cluster.ControlPlane.Children;
using EdgeKms.Cluster.ControlPlane.Readiness;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>Everything that a run needs, found and made before anything is started.</summary>
/// <param name="State">The locked state directory.</param>
/// <param name="Ports">Free a moment ago.</param>
/// <param name="EncryptionConfig">Path of the encryption configuration.</param>
/// <param name="Children">In the order of their start.</param>
internal sealed record PreparedRun(
    LocalState State,
    Ports Ports,
    string EncryptionConfig,
    IReadOnlyList<ChildSpec> Children
) : IDisposable
{
    private const string Daemon = "edgekmsd";
    private const string Etcd = "etcd";
    private const string ApiServer = "kube-apiserver";

    /// <summary>Checks first, writes last.</summary>
    /// <exception cref="CommandException">Something is missing or taken; nothing was started.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "the run owns the state")]
    internal static async Task<PreparedRun> MakeAsync(
        ControlPlaneOptions options,
        TimeProvider time,
        Action<string> step,
        CancellationToken stop
    )
    {
        var etcd = options.Binaries.Find(Etcd);
        var apiServer = options.Binaries.Find(ApiServerCommand.Whole, ApiServerCommand.Lite);
        step($"Using {etcd} and {apiServer}");
        var encryption = EncryptionChoice.Choose(
            options.EncryptionConfig,
            SharedFiles.EncryptionConfig,
            options.StateDirectory,
            options.Settings
        );
        await RequireProviderAsync(options, stop);
        var state = LocalState.Open(options.StateDirectory);
        try
        {
            await Leftovers.StopAsync(state, [ApiServer, Etcd, Daemon], SupervisedChild.Patience, time, step, stop);
            var ports = Ports.Take(options);
            // Asked again: the provider that answered may have been one of the leftovers.
            var startsDaemon = !await RequireProviderAsync(options, stop);
            var made = KeyMaterial.Ensure(state, ports, time);
            if (made > 0)
                step($"Made {made} certificates in {state.At("pki")}");
            EndpointsFile.Write(state, ports);
            if (encryption.Generated is { } content)
                state.Put(encryption.Path, content, LocalState.PrivateFile);
            step($"Encryption configuration: {encryption.Path}");
            if (!encryption.Names(options.Settings.KmsSocket))
                step($"Note: it does not name the socket {options.Settings.KmsSocket}");
            var children = new List<ChildSpec>();
            if (startsDaemon)
                children.Add(DaemonChild(options, time));
            children.Add(
                new ChildSpec(
                    Etcd,
                    etcd,
                    EtcdCommand.Arguments(state, ports),
                    new EtcdReadiness(state, ports),
                    $"etcd is healthy at {ports.EtcdUrl}"
                )
            );
            children.Add(
                new ChildSpec(
                    ApiServer,
                    apiServer,
                    ApiServerCommand.Arguments(state, ports, apiServer, encryption.Path),
                    new ApiServerReadiness(state, ports),
                    $"kube-apiserver is ready at {ports.ApiUrl}"
                )
            );
            foreach (var child in children)
                ChildLog.Prepare(state.Log(child.Name));
            return new PreparedRun(state, ports, encryption.Path, children);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    public void Dispose() => State.Dispose();

    private static ChildSpec DaemonChild(ControlPlaneOptions options, TimeProvider time) =>
        new(
            Daemon,
            options.Daemon!.Program,
            ["serve", .. options.Daemon.Arguments],
            new KmsReadiness(options.Settings.KmsSocket, time),
            $"edgekmsd answers at {options.Settings.KmsSocket}"
        );

    /// <summary>True when a provider answers already, false when edgekmsd can be started.</summary>
    private static async Task<bool> RequireProviderAsync(ControlPlaneOptions options, CancellationToken stop)
    {
        if (await KmsReadiness.AnswersAsync(options.Settings.KmsSocket, stop))
            return true;
        if (options.Daemon is null)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"nothing answers at {options.Settings.KmsSocket}",
                "start edgekmsd first (systemctl start edgekmsd), or leave --no-daemon out"
            );
        }
        await options.Daemon.RequireRing(stop);
        return false;
    }
}
