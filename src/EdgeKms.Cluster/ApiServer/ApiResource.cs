namespace EdgeKms.Cluster.ApiServer;

/// <summary>A kind of object that the API server serves.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">The preferred one.</param>
/// <param name="Name">Plural, such as <c>secrets</c>.</param>
/// <param name="Namespaced">True where objects are in namespaces.</param>
public sealed record ApiResource(string Group, string Version, string Name, bool Namespaced)
{
    /// <summary>As an EncryptionConfiguration names it: <c>secrets</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Name : $"{Name}.{Group}";

    /// <summary>Path of all of them.</summary>
    public string Collection => $"{Root}/{Name}";

    /// <summary>Path of those in one namespace; of all where that is null.</summary>
    public string CollectionOf(string? space) =>
        space is null ? Collection : $"{Root}/namespaces/{Uri.EscapeDataString(space)}/{Name}";

    private string Root => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";

    /// <summary>Path of one object.</summary>
    public string Path(string? space, string name) =>
        string.IsNullOrEmpty(space)
            ? $"{Collection}/{Uri.EscapeDataString(name)}"
            : $"{Root}/namespaces/{Uri.EscapeDataString(space)}/{Name}/{Uri.EscapeDataString(name)}";
}
