namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// A name of an EncryptionConfiguration (k8s.io/apiserver, server/options/encryptionconfig): <c>secrets</c>, <c>secrets.</c>,
/// <c>deployments.apps</c>, <c>*.</c> for the core group, <c>*.apps</c>, <c>*.*</c>.
/// </summary>
internal static class ResourceName
{
    /// <summary>True where the name stands for a resource.</summary>
    internal static bool Covers(string name, ApiResource resource)
    {
        if (name is "*.*")
            return true;
        var (plural, group) = Split(name);
        return string.Equals(group, resource.Group, StringComparison.Ordinal)
            && (plural is "*" || string.Equals(plural, resource.Name, StringComparison.Ordinal));
    }

    /// <summary>True where the name stands for resources of a group.</summary>
    internal static bool IsOfGroup(string name, string group) =>
        name is "*.*" || string.Equals(Split(name).Group, group, StringComparison.Ordinal);

    private static (string Plural, string Group) Split(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
    }
}
