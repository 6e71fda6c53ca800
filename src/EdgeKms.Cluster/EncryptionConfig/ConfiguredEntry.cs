namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One list of resources with its providers.</summary>
/// <param name="Resources">As the file has them, such as <c>secrets</c> or <c>*.apps</c>.</param>
/// <param name="Providers">In their order: the first one writes.</param>
public sealed record ConfiguredEntry(IReadOnlyList<string> Resources, IReadOnlyList<ProviderText> Providers)
{
    public ConfiguredProvider First => Providers[0].Provider;
}
