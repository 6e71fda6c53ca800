using EdgeKms.Cluster.Deploy.Files;

namespace EdgeKms.Cluster.Deploy.Steps;

/// <summary>One thing that a deployment or a removal does; <see cref="Activation"/> knows how, and how to take it back.</summary>
internal abstract record DeploymentStep
{
    private DeploymentStep() { }

    /// <summary>Writes or removes files.</summary>
    internal sealed record Files(IReadOnlyList<FileChange> Changes) : DeploymentStep;

    /// <summary>A call of systemctl.</summary>
    /// <param name="Text">For people; null goes with the step before.</param>
    /// <param name="Command">Its arguments.</param>
    /// <param name="Undo">What takes it back once the files are as they were; null where nothing has to be done.</param>
    internal sealed record Unit(string? Text, string[] Command, string[]? Undo) : DeploymentStep;

    /// <summary>Waits until the provider answers.</summary>
    internal sealed record Provider : DeploymentStep;

    /// <summary>Waits until the API server works with the files, where it answered before.</summary>
    /// <param name="Configuration">Its EncryptionConfiguration; null where it shall have none.</param>
    internal sealed record ApiServer(byte[]? Configuration) : DeploymentStep;
}
