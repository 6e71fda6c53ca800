using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>What an EncryptionConfiguration says about its resources.</summary>
public static class ConfiguredProviders
{
    /// <summary>Where <c>edgekms deploy</c> writes the file.</summary>
    public const string DefaultFile = "/etc/edgekms/encryption-config.yaml";

    /// <summary>As <see cref="EncryptionFile.ProvidersOf"/>.</summary>
    /// <exception cref="CommandException">Exit code 2: kube-apiserver could not decode it; 8 or 9: it can't be read.</exception>
    public static IReadOnlyList<ConfiguredProvider> Read(string path, string resource) =>
        EncryptionFile.Read(path).ProvidersOf(resource);

    /// <summary>
    /// Each entry: its resources, as the file has them, and the provider that writes them. An earlier entry wins where two
    /// cover a resource.
    /// </summary>
    /// <exception cref="CommandException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<(IReadOnlyList<string> Resources, ConfiguredProvider Writes)> ReadWriters(
        string path
    ) => [.. EncryptionFile.Read(path).Entries.Where(e => e.Providers.Count > 0).Select(e => (e.Resources, e.First))];
}
