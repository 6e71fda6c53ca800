using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>encryption-config</c>: the file makes our provider the one that writes Secrets, and the API server would start with it.</summary>
internal static class ConfigurationCheck
{
    internal const string Name = "encryption-config";

    /// <param name="file">Path, for the text.</param>
    /// <param name="providers">Of Secrets, in their order.</param>
    /// <param name="expected">Provider name and KMS socket of the settings; KMS v1 only where edgekmsd serves it.</param>
    /// <param name="refusal">Why kube-apiserver would refuse the file as it is on disk, now or at its next start; null where it takes it.</param>
    internal static CheckLine Of(
        string file,
        IReadOnlyList<ConfiguredProvider> providers,
        Expectation expected,
        string? refusal = null
    )
    {
        var (name, socket) = (expected.Provider, expected.KmsSocket);
        CheckLine Failed(string cause, string? next = null) =>
            CheckLine.Failed(Name, $"{file} doesn't use this provider", cause, next ?? MigrateCommandLine.ToKms(file));

        if (refusal is not null)
        {
            return CheckLine.Failed(
                Name,
                $"kube-apiserver refuses {file} as it is: it runs with what it read before, and doesn't start again",
                refusal,
                $"correct {file}, and leave every key and provider in it"
            );
        }
        if (providers.Count == 0)
        {
            return Failed(
                "it has no entry for secrets, so they are stored in the clear",
                new ConfiguredWriters(file, name, [], []).Added(["secrets"])
            );
        }
        var own = providers.FirstOrDefault(p => p.IsKms && ProviderName.IsOf(name, p.Name));
        if (own is null)
            return Failed(
                $"it has no KMS provider \"{name}\" for secrets; its providers are {string.Join(", ", providers)}"
            );
        if (own.IsKmsV1 && !expected.Daemon.KmsV1)
            return Failed(
                $"provider \"{own.Name}\" has no \"apiVersion: v2\", which means v1, and no edgekmsd with kms.v1 answers",
                own.Name == name ? MigrateCommandLine.Renamed(file) : null
            );
        if (Socket(own.Endpoint) != socket)
            return Failed(
                $"provider \"{own.Name}\" has the endpoint {own.Endpoint ?? "(none)"}, edgekmsd listens on {socket}"
            );
        // identity in front is a finding of its own.
        return providers.First(p => !p.IsIdentity) is var writer && writer != own
            ? Failed($"{writer} stands before it and writes")
            : CheckLine.Ok(Name, $"{file} has {own} for secrets{(own.IsKmsV1 ? ", with KMS v1" : "")}");
    }

    private static string? Socket(string? endpoint) =>
        endpoint?.StartsWith("unix://", StringComparison.Ordinal) == true
            ? Uri.UnescapeDataString(endpoint["unix://".Length..])
            : null;
}
