using System.Globalization;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// The provider that a migration leads to, for each entry of a file. A KMS provider's name may stand but once in the whole file
/// (validation_encryption.go), so that the second entry gets <c>NAME-2</c>, the third <c>NAME-3</c>, all at one socket.
/// </summary>
/// <param name="goal">Where it leads.</param>
/// <param name="socket">Of edgekmsd.</param>
/// <param name="timeout">Of each call.</param>
/// <param name="key">A new key of 32 bytes, for a goal with a key in the file.</param>
public sealed class MigrationTarget(MigrationGoal goal, string socket, TimeSpan timeout, ReadOnlyMemory<byte> key)
{
    public MigrationGoal Goal => goal;

    /// <summary>What each entry's writer is to be, in the order of the entries.</summary>
    internal IReadOnlyList<ProviderText> For(EncryptionFile file) =>
        goal.To switch
        {
            "kms" => Named(file),
            "identity" => [.. file.Entries.Select(_ => ProviderText.Identity(isFirst: false))],
            var kind => WithKey(file, kind),
        };

    /// <summary>Where the target stands among an entry's providers; -1 where it doesn't.</summary>
    internal int IndexIn(ConfiguredEntry entry, ProviderText target) =>
        goal.To switch
        {
            "kms" => entry.Providers.ToList().FindIndex(p => IsOurs(p) && p.Name == target.Provider.Name),
            var kind => entry.Providers.ToList().FindIndex(p => p.Kind == kind),
        };

    /// <summary>True where a provider is, or was made by, a migration to this goal.</summary>
    internal bool IsTarget(ConfiguredProvider provider) =>
        goal.To == "kms" ? IsOurs(provider) : provider.Kind == goal.To;

    internal string Endpoint => SocketEndpoint.Of(socket);

    internal bool IsAtSocket(ConfiguredProvider provider) =>
        string.Equals(SocketEndpoint.PathOf(provider.Endpoint), socket, StringComparison.Ordinal);

    private bool IsOurs(ConfiguredProvider provider) =>
        provider.IsKms && !provider.IsKmsV1 && ProviderName.IsOf(goal.ProviderName, provider.Name);

    private List<ProviderText> Named(EncryptionFile file)
    {
        var used = file
            .Entries.SelectMany(e => e.Providers)
            .Where(p => p.IsKms)
            .Select(p => p.Name!)
            .ToHashSet(StringComparer.Ordinal);
        var names = new List<ProviderText>();
        foreach (var entry in file.Entries)
        {
            var name = entry.Providers.FirstOrDefault(IsOurs)?.Name ?? Free(goal.ProviderName, used);
            used.Add(name);
            names.Add(ProviderText.Kms(name, socket, timeout));
        }
        return names;
    }

    private List<ProviderText> WithKey(EncryptionFile file, string kind)
    {
        var used = file
            .Entries.SelectMany(e => e.Providers)
            .SelectMany(p => p.Keys)
            .Select(k => k.Name)
            .ToHashSet(StringComparer.Ordinal);
        var text = ProviderText.Local(kind, Free("edgekms", used), key.Span);
        return [.. file.Entries.Select(_ => text)];
    }

    private static string Free(string name, HashSet<string> used)
    {
        var free = name;
        for (var i = 2; used.Contains(free); i++)
            free = name + "-" + i.ToString(CultureInfo.InvariantCulture);
        return free;
    }
}
