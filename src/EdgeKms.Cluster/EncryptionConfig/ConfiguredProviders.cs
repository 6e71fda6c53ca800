using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// What an EncryptionConfiguration says about one resource. Whether kube-apiserver would take the whole file is its own to
/// say; keys that stand in the file are never looked at.
/// </summary>
public static class ConfiguredProviders
{
    /// <summary>Where <c>edgekms deploy</c> writes the file.</summary>
    public const string DefaultFile = "/etc/edgekms/encryption-config.yaml";

    /// <summary>
    /// The providers of the first entry that covers a resource of the core group, in their order: the first one writes. Empty
    /// where no entry does, which stores it in the clear.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="resource">Plural name, such as <c>secrets</c>.</param>
    /// <exception cref="CommandException">Exit code 2: it isn't an EncryptionConfiguration; 8 or 9: it can't be read.</exception>
    public static IReadOnlyList<ConfiguredProvider> Read(string path, string resource)
    {
        var entry = Parse(path)
            .Maps("resources")
            .FirstOrDefault(e => e.Texts("resources").Any(r => Covers(r, resource)));
        return entry is null ? [] : [.. entry.Maps("providers").Select(Provider)];
    }

    /// <summary>
    /// Each entry: its resources, as the file has them, and the provider that writes them. An earlier entry wins where two
    /// cover a resource.
    /// </summary>
    /// <exception cref="CommandException">As <see cref="Read"/>.</exception>
    public static IReadOnlyList<(IReadOnlyList<string> Resources, ConfiguredProvider Writes)> ReadWriters(
        string path
    ) =>
        [
            .. Parse(path)
                .Maps("resources")
                .Where(e => e.Maps("providers").Count > 0)
                .Select(e => ((IReadOnlyList<string>)[.. e.Texts("resources")], Provider(e.Maps("providers")[0]))),
        ];

    private static YamlMap Parse(string path)
    {
        var file = YamlMap.Parse(CappedFile.Read(path), path);
        return file.Text("kind") == "EncryptionConfiguration"
            ? file
            : throw file.Refuse("this is no EncryptionConfiguration");
    }

    private static bool Covers(string rule, string resource) =>
        rule is "*." or "*.*" || string.Equals(rule, resource, StringComparison.Ordinal);

    private static ConfiguredProvider Provider(YamlMap element)
    {
        if (element.Keys() is not [var kind])
            throw element.Refuse("a provider is one object with one name");
        return kind == "kms" && element.Map("kms") is { } kms
            ? new ConfiguredProvider(kind, kms.Text("name"), kms.Text("apiVersion") ?? "v1", kms.Text("endpoint"))
            : new ConfiguredProvider(kind, null, null, null);
    }
}
