namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// What kube-apiserver 1.36 refuses in an EncryptionConfiguration that it could decode: it does not take such a file while
/// it runs, and does not start with it (k8s.io/apiserver, apis/apiserver/validation/validation_encryption.go and
/// server/options/encryptionconfig/config.go). One rule for every command that writes such a file.
/// </summary>
public static class ConfigurationRules
{
    private static readonly int[] s_aes = [16, 24, 32];
    private static readonly int[] s_secretbox = [32];

    /// <summary>Null when it is accepted, else what is wrong with it. No key is repeated in it.</summary>
    /// <param name="entries">What the file says.</param>
    /// <param name="reloads">True where the API server reloads the file by itself; then names of KMS v1 are unique as well.</param>
    public static string? Refuse(IReadOnlyList<ConfiguredEntry> entries, bool reloads = true)
    {
        if (entries.Count == 0)
            return "there is no entry under resources";
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (ResourceRules.Refuse(entry.Resources) is { } resource)
                return resource;
            if (entry.Providers.Count == 0)
                return $"the entry of {Text(entry)} has no provider";
            foreach (var provider in entry.Providers)
            {
                if (RefuseProvider(provider, names, reloads) is { } reason)
                    return $"{reason} (entry of {Text(entry)})";
                if (provider.IsKms)
                    names.Add(provider.Name ?? "");
            }
        }
        return RefuseMasked(entries);
    }

    /// <summary>Null where kube-apiserver takes a provider by itself.</summary>
    private static string? RefuseProvider(ConfiguredProvider provider, HashSet<string> names, bool reloads) =>
        provider.Kind switch
        {
            "kms" => RefuseKms(provider, names, reloads),
            "secretbox" => RefuseKeys(provider, s_secretbox),
            "aescbc" or "aesgcm" => RefuseKeys(provider, s_aes),
            _ => null,
        };

    private static string? RefuseKms(ConfiguredProvider kms, HashSet<string> names, bool reloads)
    {
        if (string.IsNullOrEmpty(kms.Name))
            return "a KMS provider has no name";
        if (kms.ApiVersion is not ("v1" or "v2"))
            return $"KMS provider {kms.Name} has apiVersion {kms.ApiVersion}: only v1 and v2 exist";
        var isV1 = kms.ApiVersion == "v1";
        if (!isV1 && kms.Name.Contains(':', StringComparison.Ordinal))
            return $"the name of KMS provider {kms.Name} has a colon";
        if ((reloads || !isV1) && names.Contains(kms.Name))
            return $"the name of KMS provider {kms.Name} stands twice";
        if (kms.Timeout is { } timeout && GoDuration.Parse(timeout) is not > 0)
            return $"timeout {timeout} of KMS provider {kms.Name} is no time above zero, such as 3s";
        if (SocketEndpoint.RefuseText(kms.Endpoint) is { } endpoint)
            return $"KMS provider {kms.Name}: {endpoint}";
        return (isV1, kms.CacheSize) switch
        {
            (false, not null) => $"KMS provider {kms.Name} has a cachesize, which KMS v2 does not know",
            (true, 0) => $"cachesize of KMS provider {kms.Name} is 0",
            _ => null,
        };
    }

    private static string? RefuseKeys(ConfiguredProvider provider, int[] lengths)
    {
        if (provider.Keys.Count == 0)
            return $"{provider.Kind} has no key";
        foreach (var key in provider.Keys)
        {
            if (key.Name.Length == 0)
                return $"a key of {provider.Kind} has no name";
            if (key.Length is not { } length)
                return $"key {key.Name} of {provider.Kind} is not base64";
            if (!lengths.Contains(length))
                return $"key {key.Name} of {provider.Kind} has {length} bytes, not {string.Join(" or ", lengths)}";
        }
        return null;
    }

    private static string? RefuseMasked(IReadOnlyList<ConfiguredEntry> entries)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in entries.SelectMany(e => e.Resources))
        {
            var (_, group) = ResourceRules.Split(name);
            if (seen.Contains("*." + group))
                return $"resource {name} is covered by an earlier *.{group}";
            if (seen.Contains("*.*"))
                return $"resource {name} is covered by an earlier *.*";
            var (resource, of) = ResourceRules.Split(name);
            seen.Add($"{resource}.{of}");
        }
        return null;
    }

    private static string Text(ConfiguredEntry entry) => string.Join(", ", entry.Resources);
}
