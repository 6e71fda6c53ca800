using System.Text;
using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

/// <summary>
/// A configuration in one line, for tables: <c>secrets: kms a, aescbc key1, identity; configmaps: identity</c>. A KMS provider is at
/// the socket of edgekmsd, unless it is at another one (<c>kms a@/run/old.sock</c>); <c>kms1</c> is KMS v1.
/// </summary>
internal static class ConfigurationLine
{
    internal const string Socket = "/run/edgekms/kms.sock";

    private const string Key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";

    internal static EncryptionFile File(string line)
    {
        var yaml = new StringBuilder(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
        );
        foreach (var entry in line.Split(';', StringSplitOptions.TrimEntries))
        {
            var colon = entry.IndexOf(": ", StringComparison.Ordinal);
            yaml.Append("- resources: [").Append(Quoted(entry[..colon])).Append("]\n  providers:\n");
            foreach (var provider in entry[(colon + 2)..].Split(", "))
                yaml.Append("  - ").Append(Provider(provider)).Append('\n');
        }
        return EncryptionFile.Parse(Encoding.UTF8.GetBytes(yaml.ToString()), "/etc/k8s/enc.yaml");
    }

    internal static string Of(EncryptionFile file) =>
        string.Join(
            "; ",
            file.Entries.Select(e => $"{string.Join(' ', e.Resources)}: {string.Join(", ", e.Providers.Select(Of))}")
        );

    private static string Quoted(string resources) => string.Join(", ", resources.Split(' ').Select(r => $"\"{r}\""));

    private static string Provider(string text)
    {
        if (text == "identity")
            return "identity: {}";
        var (kind, name) = text.Split(' ') is [var k, var n] ? (k, n) : throw new ArgumentException(text);
        if (!kind.StartsWith("kms", StringComparison.Ordinal))
            return $"{kind}: {{keys: [{{name: {name}, secret: {Key}}}]}}";
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var endpoint = "unix://" + (at < 0 ? Socket : name[(at + 1)..]);
        return $"kms: {{name: {(at < 0 ? name : name[..at])}, apiVersion: {(kind == "kms1" ? "v1" : "v2")}, endpoint: \"{endpoint}\"}}";
    }

    private static string Of(ConfiguredProvider provider)
    {
        if (!provider.IsKms)
            return provider.IsIdentity
                ? "identity"
                : $"{provider.Kind} {string.Join('+', provider.Keys.Select(k => k.Name))}";
        var path = SocketEndpoint.PathOf(provider.Endpoint);
        return $"{(provider.IsKmsV1 ? "kms1" : "kms")} {provider.Name}{(path == Socket ? "" : "@" + path)}";
    }
}
