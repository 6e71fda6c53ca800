using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Targets;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// Carries a plan out: the provider's files, the provider itself, and only when it answers the files that make the API
/// server depend on it. A failure or Ctrl-C takes everything back.
/// </summary>
/// <param name="root">This machine or an image; in an image nothing is started.</param>
/// <param name="units">systemd; null leaves starting to the person.</param>
/// <param name="provider">Waits for the provider.</param>
/// <param name="step">Gets each step in words.</param>
public sealed class Activation(ImageRoot root, Systemd? units, ProviderWait provider, Action<string> step)
{
    private static readonly string[] s_reload = ["daemon-reload"];

    /// <summary>Does what is open of the plan.</summary>
    /// <returns>Commands that are left to the person.</returns>
    internal async Task<IReadOnlyList<string>> RunAsync(DeploymentPlan plan, CancellationToken cancellation)
    {
        if (plan.Changes.All(c => c.IsDone))
            return [];
        var transaction = new FileTransaction(root);
        var undo = new List<string[]>();
        try
        {
            Write(transaction, plan.Provider, cancellation);
            if (plan.ProviderUnit && root.IsThisMachine)
                await StartProviderAsync(undo, cancellation);
            Write(transaction, plan.Cluster, cancellation);
            if (plan.ClusterUnit is { } unit && root.IsThisMachine && units is not null)
            {
                step($" - restarting {unit}, if it runs");
                undo.Add(["try-restart", unit]);
                await units.RunAsync(["try-restart", unit], cancellation);
            }
        }
        catch (Exception e) when (e is CommandException or OperationCanceledException)
        {
            await RollBackAsync(transaction, undo, e);
            throw;
        }
        return Next(plan);
    }

    /// <summary>Off is no choice any more where a deployment that was interrupted has already changed the cluster.</summary>
    /// <exception cref="CommandException">Exit code 3.</exception>
    internal void RefuseHalfDone(DeploymentPlan plan)
    {
        if (plan.Cluster.FirstOrDefault(c => c.IsDone) is not { } change)
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"{root.Resolve(change.Path)} is there from a deployment that was interrupted, so the cluster may be encrypted",
            "finish that one first: deploy with Init.KmsPlugin.Enable true, then \"edgekms migrate --to identity\""
        );
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

    private async Task StartProviderAsync(List<string[]> undo, CancellationToken cancellation)
    {
        if (units is not null)
        {
            step($" - starting {ProviderUnit.Name}");
            undo.Add(s_reload);
            await units.RunAsync(s_reload, cancellation);
            await units.RunAsync(["restart", ProviderUnit.Name], cancellation);
        }
        step(" - waiting for the provider");
        await provider.AnswerAsync(cancellation);
        step("[+]kms-plugin ok");
    }

    private List<string> Next(DeploymentPlan plan)
    {
        var next = new List<string>();
        if (plan.ProviderUnit && !root.IsThisMachine)
            next.Add("edgekms init   # on the machine, before the cluster is started, if it has no key ring");
        if (plan.ClusterUnit is { } unit && root.IsThisMachine && units is null)
            next.Add($"restart {unit}");
        next.AddRange(plan.Next);
        if (plan.ProviderUnit && root.IsThisMachine && plan.Next.Count == 0)
            next.Add("edgekms verify");
        return next;
    }

    private async Task RollBackAsync(FileTransaction transaction, List<string[]> undo, Exception cause)
    {
        step($"Failed: {(cause is CommandException ? cause.Message : "interrupted")}");
        var left = transaction.RollBack().ToList();
        foreach (var command in undo)
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
}
