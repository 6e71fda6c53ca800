namespace EdgeKms.Cluster.Deploy;

/// <summary>
/// A version of the published product, such as <c>1.12.269.0</c>: four numbers. It decides what a deployment file means
/// that says nothing of the KMS plugin (aks-edge-kms.md 1.3).
/// </summary>
public static class ProductVersion
{
    /// <summary>The first version with <c>Init.KmsPlugin</c>, off by default.</summary>
    public static readonly Version First = new(1, 10, 868, 0);

    /// <summary>The first version that has it on for new clusters.</summary>
    public static readonly Version OnByDefault = new(1, 12, 269, 0);

    /// <summary>The version whose behaviour this EdgeKms has where none is named.</summary>
    public static Version Installed => OnByDefault;

    /// <summary>Reads four numbers with dots between; null when it isn't that.</summary>
    public static Version? TryParse(string text) =>
        text.Split('.').Length == 4
        && text.All(c => char.IsAsciiDigit(c) || c == '.')
        && Version.TryParse(text, out var version)
            ? version
            : null;
}
