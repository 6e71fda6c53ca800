namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One list of resources with its providers.</summary>
/// <param name="Resources">As the file has them, such as <c>secrets</c> or <c>*.apps</c>.</param>
/// <param name="Providers">In their order: the first one writes.</param>
public sealed record ConfiguredEntry(IReadOnlyList<string> Resources, IReadOnlyList<ConfiguredProvider> Providers)
{
    public ConfiguredProvider First => Providers[0];

    /// <summary>True where both say the same.</summary>
    public bool SaysLike(ConfiguredEntry other) =>
        Resources.SequenceEqual(other.Resources, StringComparer.Ordinal)
        && Providers.Count == other.Providers.Count
        && Providers.Zip(other.Providers).All(p => p.First == p.Second);

    /// <summary>For people.</summary>
    public override string ToString() => string.Join(", ", Resources);
}
