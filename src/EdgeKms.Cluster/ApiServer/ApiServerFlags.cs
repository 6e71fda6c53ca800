namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// The flags of a kube-apiserver that matter here, as pflag reads them: <c>--flag=value</c> or <c>--flag value</c>, a switch alone is
/// true, the last one wins, lists grow, <c>_</c> is <c>-</c>, and nothing after <c>--</c> is a flag.
/// </summary>
/// <param name="EncryptionConfig"><c>--encryption-provider-config</c>.</param>
/// <param name="AutomaticReload"><c>--encryption-provider-config-automatic-reload</c>.</param>
/// <param name="EtcdServers"><c>--etcd-servers</c>.</param>
/// <param name="EtcdPrefix"><c>--etcd-prefix</c>; null where it isn't given, which means <c>/registry</c>.</param>
internal sealed record ApiServerFlags(
    string? EncryptionConfig,
    bool AutomaticReload,
    IReadOnlyList<string> EtcdServers,
    string? EtcdPrefix
)
{
    private const string Config = "encryption-provider-config";
    private const string Reload = "encryption-provider-config-automatic-reload";
    private const string Servers = "etcd-servers";
    private const string Prefix = "etcd-prefix";

    /// <param name="words">The command line without the program.</param>
    internal static ApiServerFlags Parse(IReadOnlyList<string> words)
    {
        var flags = new ApiServerFlags(null, AutomaticReload: false, [], null);
        for (var at = 0; at < words.Count && words[at] != "--"; at++)
        {
            if (!words[at].StartsWith("--", StringComparison.Ordinal))
                continue;
            var equals = words[at].IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? words[at][2..] : words[at][2..equals]).Replace('_', '-');
            var value = equals < 0 ? null : words[at][(equals + 1)..];
            if (name is Config or Servers or Prefix)
                value ??= ++at < words.Count ? words[at] : "";
            flags = name switch
            {
                Config => flags with { EncryptionConfig = value },
                Reload => flags with { AutomaticReload = IsTrue(value) },
                Servers => flags with { EtcdServers = [.. flags.EtcdServers, .. value!.Split(',')] },
                Prefix => flags with { EtcdPrefix = value },
                _ => flags,
            };
        }
        return flags;
    }

    /// <summary>strconv.ParseBool; with another value kube-apiserver doesn't start.</summary>
    private static bool IsTrue(string? value) => value is null or "1" or "t" or "T" or "true" or "TRUE" or "True";
}
