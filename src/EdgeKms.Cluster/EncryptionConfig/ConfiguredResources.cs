namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>The resources that an EncryptionConfiguration has encrypted.</summary>
/// <param name="Encrypted">Names and wildcards with a provider that encrypts.</param>
/// <param name="InTheClear">Names with nothing but <c>identity</c>: no wildcard behind them covers them.</param>
public sealed record ConfiguredResources(IReadOnlyList<string> Encrypted, IReadOnlyList<string> InTheClear)
{
    /// <param name="path">The file.</param>
    /// <exception cref="Contract.Failures.CommandException">Exit code 2: kube-apiserver could not decode it; 8 or 9: it can't be read.</exception>
    public static ConfiguredResources Read(string path)
    {
        var (encrypted, inTheClear) = (new List<string>(), new List<string>());
        foreach (var entry in EncryptionFile.Read(path).Entries)
        {
            // The first entry that names a resource counts.
            (entry.Providers.Any(p => !p.IsIdentity) ? encrypted : inTheClear).AddRange(
                entry.Resources.Where(r => !encrypted.Contains(r) && !inTheClear.Contains(r))
            );
        }
        return new ConfiguredResources(encrypted, inTheClear);
    }
}
