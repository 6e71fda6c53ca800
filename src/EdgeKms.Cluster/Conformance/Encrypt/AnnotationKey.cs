namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// The rule that kube-apiserver applies to annotation keys (apimachinery's IsFullyQualifiedDomainName): at most one
/// trailing dot, then at least two labels of 1 to 63 characters, lower case, at most 253 characters in all, no slash.
/// </summary>
internal static class AnnotationKey
{
    private const int MaxTotal = 253;
    private const int MaxLabel = 63;

    /// <summary>What is wrong with the key; <see langword="null"/> for nothing.</summary>
    public static string? Problem(string key)
    {
        var name = key.EndsWith('.') ? key[..^1] : key;
        var labels = name.Split('.');
        return (name.Length, labels.Length) switch
        {
            (0, _) => "it is empty",
            (> MaxTotal, _) => $"it has {name.Length} characters",
            (_, < 2) => "it has one label only",
            _ => labels.Select(LabelProblem).FirstOrDefault(p => p is not null),
        };
    }

    private static string? LabelProblem(string label)
    {
        if (label.Length is 0 or > MaxLabel)
        {
            return $"a label has {label.Length} characters";
        }

        var strange = label.FirstOrDefault(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-');
        return strange != default ? $"it holds '{strange}'"
            : label[0] == '-' || label[^1] == '-' ? "a label begins or ends with '-'"
            : null;
    }
}
