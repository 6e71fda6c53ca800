using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>The resources that an EncryptionConfiguration has encrypted.</summary>
/// <param name="Encrypted">Names and wildcards with a provider that encrypts.</param>
/// <param name="InTheClear">Names with nothing but <c>identity</c>: no wildcard behind them covers them.</param>
public sealed record ConfiguredResources(IReadOnlyList<string> Encrypted, IReadOnlyList<string> InTheClear)
{
    /// <param name="path">The file.</param>
    /// <exception cref="Contract.Failures.CommandException">Exit code 2: it isn't an EncryptionConfiguration; 8 or 9: it can't be read.</exception>
    public static ConfiguredResources Read(string path)
    {
        var file = YamlMap.Parse(CappedFile.Read(path), path);
        if (file.Text("kind") != "EncryptionConfiguration")
            throw file.Refuse("this is no EncryptionConfiguration");
        var (encrypted, inTheClear) = (new List<string>(), new List<string>());
        foreach (var entry in file.Maps("resources"))
        {
            var isEncrypted = entry.Maps("providers").Any(p => p.Keys() is not ["identity"]);
            // The first entry that names a resource counts.
            (isEncrypted ? encrypted : inTheClear).AddRange(
                entry.Texts("resources").Where(r => !encrypted.Contains(r) && !inTheClear.Contains(r))
            );
        }
        return new ConfiguredResources(encrypted, inTheClear);
    }
}
