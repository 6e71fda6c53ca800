using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// What a re-encryption would not bring under our provider, since another one writes it: what is written anew stays under that one.
/// With KMS v1 the API server never sees that only the key has changed and skips a no-op write, so that a re-encryption would pass over
/// every object and move none (kms-plugin-contract.md 2.9).
/// </summary>
public static class UnmovableResources
{
    /// <summary>Refuses before anything is sent or waited for.</summary>
    /// <param name="configured">The API server's configuration; nothing is refused where it isn't known.</param>
    /// <param name="named">Only these, as an EncryptionConfiguration would name them; empty for all.</param>
    /// <returns>For people: what another provider writes and stays as it is, with the way out; null where nothing does.</returns>
    /// <exception cref="CommandException">Exit code 3: KMS v1 writes one of them, or our provider writes none; 2: no entry covers the named ones.</exception>
    public static string? Refuse(ConfiguredWriters configured, IReadOnlyList<string> named)
    {
        if (configured.File is not { } file)
            return null;
        List<(string Resource, ConfiguredProvider? Writes)> asked =
            named.Count == 0
                ? [.. configured.Entries.SelectMany(w => w.Resources.Select(r => (r, (ConfiguredProvider?)w.Writes)))]
                : [.. named.Select(n => (n, configured.WriterOf(n)))];
        var own = asked.FindAll(a => a.Writes is { IsKms: true } w && ProviderName.IsOf(configured.Provider, w.Name));
        var old = own.FindAll(a => a.Writes!.IsKmsV1);
        // Of another name: only where there is nothing that can be moved.
        if (own.Count == 0)
            old = asked.FindAll(a => a.Writes is { IsKmsV1: true });
        if (old.Count > 0)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"nothing would move: {file} has {Names(old)} written by {old[0].Writes} with KMS "
                    + "v1, and with KMS v1 a no-op write leaves each object under its old key",
                (
                    old.Exists(o => o.Writes!.Name == configured.Provider)
                        ? MigrateCommandLine.Renamed(file)
                        : $"run \"{MigrateCommandLine.ToKms(file)}\""
                ) + ": KMS v2 writes every object anew, under the active key"
            );
        }
        var others = asked
            .Except(own)
            .Where(a =>
                own.Count == 0 || named.Count > 0 || !configured.InTheClear.Contains(a.Resource, StringComparer.Ordinal)
            )
            .ToList();
        if (others.Count == 0 && own.Count > 0)
            return null;
        var way = configured.WayToOwn(others.Select(o => o.Resource)) ?? configured.Added(["secrets"]);
        var found =
            others.Count == 0
                ? $"{file} encrypts nothing"
                : $"{file} has {string.Join(", ", others.GroupBy(o => o.Writes).Select(g => $"{Names(g)} written by {g.Key?.ToString() ?? "no provider, so in the clear"}"))}";
        if (own.Count == 0)
        {
            // A name that the configuration doesn't have is a matter of the command line.
            var isUncovered = named.Count > 0 && asked.TrueForAll(a => a.Writes is null);
            throw new CommandException(
                isUncovered ? ExitCode.Usage : ExitCode.Refused,
                $"nothing would come under kms \"{configured.Provider}\": {found}, and what is written anew is written by that again",
                way.StartsWith("edgekms ", StringComparison.Ordinal)
                    ? $"run \"{way}\": it loses no key and no object"
                    : way
            );
        }
        return $"Not touched: {found}; next: {way}";
    }

    private static string Names(IEnumerable<(string Resource, ConfiguredProvider? Writes)> resources) =>
        string.Join(", ", resources.Select(r => r.Resource));
}
