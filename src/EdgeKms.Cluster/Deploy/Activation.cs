using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Steps;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>Carries steps out. A failure or Ctrl-C takes everything back, so that the machine is as it was.</summary>
/// <param name="root">This machine or an image; in an image nothing is started.</param>
/// <param name="units">systemd; null leaves starting to the person.</param>
/// <param name="provider">Waits for the provider.</param>
/// <param name="apiServer">Waits for an API server that answered before; null where none did.</param>
/// <param name="step">Gets each step in words.</param>
public sealed class Activation(
    ImageRoot root,
    Systemd? units,
    ProviderWait provider,
    ApiServerWait? apiServer,
    Action<string> step
)
{
    internal bool StartsUnits => root.IsThisMachine && units is not null;

    /// <summary>Does what is open; nothing at all where every file is as it should be.</summary>
    internal async Task RunAsync(IEnumerable<DeploymentStep> steps, CancellationToken cancellation)
    {
        var all = steps.ToList();
        if (all.OfType<DeploymentStep.Files>().SelectMany(f => f.Changes).All(c => c.IsDone))
            return;
        var transaction = new FileTransaction(root);
        var undo = new List<string[]>();
        try
        {
            foreach (var one in all)
            {
                cancellation.ThrowIfCancellationRequested();
                await RunAsync(one, transaction, undo, cancellation);
            }
        }
        catch (Exception e) when (e is CommandException or OperationCanceledException)
        {
            await RollBackAsync(transaction, undo, e);
            throw;
        }
    }

    private async Task RunAsync(
        DeploymentStep one,
        FileTransaction transaction,
        List<string[]> undo,
        CancellationToken cancellation
    )
    {
        switch (one)
        {
            case DeploymentStep.Files files:
                Write(transaction, files.Changes, cancellation);
                break;
            case DeploymentStep.Unit unit when StartsUnits:
                if (unit.Text is not null)
                    step($" - {unit.Text}");
                if (unit.Undo is not null)
                    undo.Add(unit.Undo);
                await units!.RunAsync(unit.Command, cancellation);
                break;
            case DeploymentStep.Provider when root.IsThisMachine:
                step(" - waiting for the provider");
                await provider.AnswerAsync(cancellation);
                step("[+]kms-plugin ok");
                break;
            case DeploymentStep.ApiServer server when root.IsThisMachine && apiServer is not null:
                step(" - waiting for the API server");
                await apiServer.ReadyAsync(server.Configuration, cancellation);
                step("[+]kms-providers ok");
                break;
            default:
                break;
        }
    }

    private void Write(FileTransaction transaction, IEnumerable<FileChange> changes, CancellationToken cancellation)
    {
        foreach (var change in changes.Where(c => !c.IsDone))
        {
            cancellation.ThrowIfCancellationRequested();
            step($" - {(change.After is null ? "removing" : "writing")} {change.Path}");
            transaction.Write(change);
        }
    }

    private async Task RollBackAsync(FileTransaction transaction, List<string[]> undo, Exception cause)
    {
        step($"Failed: {(cause is CommandException ? cause.Message : "interrupted")}");
        var left = transaction.RollBack().ToList();
        foreach (var command in undo.OrderBy(Order).DistinctBy(c => string.Join(' ', c), StringComparer.Ordinal))
        {
            try
            {
                await units!.RunAsync(command, CancellationToken.None);
            }
            catch (CommandException e)
            {
                left.Add(e.Message);
            }
        }
        step(
            left.Count == 0 ? "Rolled back: everything is as it was" : $"Rolled back, except: {string.Join(", ", left)}"
        );
        if (left.Count == 0)
            return;
        throw new CommandException(
            (cause as CommandException)?.ExitCode ?? ExitCode.Failed,
            $"{cause.Message}; not rolled back: {string.Join(", ", left)}",
            "put these back by hand",
            cause
        );
    }

    /// <summary>As at boot: the unit files, the provider, the cluster.</summary>
    private static int Order(string[] command) =>
        command is ["daemon-reload"] ? 0
        : command[^1] == ProviderUnit.Name ? 1
        : 2;
}
