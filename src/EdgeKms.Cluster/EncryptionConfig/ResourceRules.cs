namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// What kube-apiserver accepts as the resources of one list (k8s.io/apiserver, apiserver/validation). It would
/// otherwise refuse to start, long after the file was written.
/// </summary>
public static class ResourceRules
{
    /// <summary>Null when the list is accepted, else what is wrong with it.</summary>
    public static string? Refuse(IReadOnlyList<string> resources)
    {
        if (resources.Count == 0)
            return "at least one resource is needed";
        for (var i = 0; i < resources.Count; i++)
        {
            if (RefuseName(resources[i]) is { } reason)
                return reason;
            if (resources.Take(i).Contains(resources[i], StringComparer.Ordinal))
                return $"resource {resources[i]} is given twice";
        }
        if (resources.Count > 1 && resources.Contains("*.*", StringComparer.Ordinal))
            return "resource *.* covers everything and stands alone";
        foreach (var wildcard in resources.Where(r => r.StartsWith("*.", StringComparison.Ordinal)))
        {
            if (resources.FirstOrDefault(r => IsMasked(r, wildcard)) is { } masked)
                return $"resource {masked} is covered by {wildcard}";
        }
        return null;
    }

    private static string? RefuseName(string name)
    {
        if (string.Equals(name, "*", StringComparison.Ordinal))
            return "resource * is refused: write *. for the core group, *.* for everything";
        if (name.Any(char.IsAsciiLetterUpper))
            return $"resource {name} must be written in lower case";
        var resource = name.Split('.')[0];
        var group = Group(name);
        if (!IsName(resource) && !string.Equals(resource, "*", StringComparison.Ordinal))
            return $"resource \"{name}\" is not a resource's plural name, with its group after a dot";
        if (group.Length > 0 && !string.Equals(group, "*", StringComparison.Ordinal) && !group.Split('.').All(IsName))
            return $"resource \"{name}\" has no valid group";
        return group switch
        {
            "*" when resource is not "*" => $"resource {name} is refused: a wildcard group needs *.*",
            "extensions" => $"resource {name} is refused: the group extensions is stored under others",
            "events.k8s.io" => $"resource {name} is refused: events are stored in the core group, write events",
            "" when name.EndsWith('.') && resource is not "*" => $"resource \"{name}\" ends with a dot",
            _ => null,
        };
    }

    private static bool IsMasked(string name, string wildcard) =>
        !string.Equals(name, wildcard, StringComparison.Ordinal)
        && string.Equals(Group(name), Group(wildcard), StringComparison.Ordinal);

    /// <summary>What comes after the first dot; nothing for the core group.</summary>
    private static string Group(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? name[(dot + 1)..] : "";

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 63
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && char.IsAsciiLetterOrDigit(text[0])
        && char.IsAsciiLetterOrDigit(text[^1]);
}
