namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// What kube-apiserver accepts as the resources of one list (k8s.io/apiserver, apis/apiserver/validation). It would
/// otherwise refuse to start, long after the file was written.
/// </summary>
public static class ResourceRules
{
    /// <summary>Stored, but never through the API (validation_encryption.go, nonRESTAPIResourceErr).</summary>
    private static readonly string[] s_internal =
    [
        "apiserveripinfo",
        "serviceipallocations",
        "servicenodeportallocations",
    ];

    /// <summary>Null when the list is accepted, else what is wrong with it.</summary>
    public static string? Refuse(IReadOnlyList<string> resources)
    {
        if (resources.Count == 0)
            return "at least one resource is needed";
        for (var i = 0; i < resources.Count; i++)
        {
            if (RefuseName(resources[i]) is { } reason)
                return reason;
            if (resources.Take(i).Any(r => Split(r) == Split(resources[i])))
                return $"resource {resources[i]} is given twice";
        }
        if (resources.Count > 1 && resources.Contains("*.*", StringComparer.Ordinal))
            return "resource *.* covers everything and stands alone";
        foreach (var wildcard in resources.Where(r => Split(r).Resource == "*"))
        {
            if (resources.FirstOrDefault(r => r != wildcard && Split(r).Group == Split(wildcard).Group) is { } masked)
                return $"resource {masked} is covered by {wildcard}";
        }
        return null;
    }

    /// <summary>The same for a list that a person has typed: kube-apiserver also takes names that no resource can have.</summary>
    public static string? RefuseTyped(IReadOnlyList<string> resources) =>
        resources.Select(RefuseShape).FirstOrDefault(r => r is not null) ?? Refuse(resources);

    /// <summary>A name at its first dot, as kube-apiserver parses it (schema.ParseGroupResource): <c>secrets.</c> is <c>secrets</c>.</summary>
    public static (string Resource, string Group) Split(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? (name[..dot], name[(dot + 1)..]) : (name, "");

    private static string? RefuseName(string name)
    {
        if (string.Equals(name, "*", StringComparison.Ordinal))
            return "resource * is refused: write *. for the core group, *.* for everything";
        if (!string.Equals(name, name.ToLowerInvariant(), StringComparison.Ordinal))
            return $"resource {name} must be written in lower case";
        if (s_internal.Contains(name, StringComparer.Ordinal))
            return $"resource {name} is refused: it has no API";
        var (resource, group) = Split(name);
        return group switch
        {
            "*" when resource is not "*" => $"resource {name} is refused: a wildcard group needs *.*",
            "extensions" => $"resource {name} is refused: the group extensions is stored under others",
            "events.k8s.io" => $"resource {name} is refused: events are stored in the core group, write events",
            _ => null,
        };
    }

    private static string? RefuseShape(string name)
    {
        if (RefuseName(name) is { } reason)
            return reason;
        var (resource, group) = Split(name);
        if (!IsName(resource) && resource is not "*")
            return $"resource \"{name}\" is not a resource's plural name, with its group after a dot";
        return group is "" or "*" || group.Split('.').All(IsName) ? null : $"resource \"{name}\" has no valid group";
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 63
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1]);
}
