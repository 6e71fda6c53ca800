using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// What KMS v1 writes: the API server never sees that only the key has changed and skips a no-op write, so that a re-encryption would
/// pass over every object and move none (kms-plugin-contract.md 2.9).
/// </summary>
public static class UnmovableResources
{
    /// <summary>Refuses before anything is sent or waited for.</summary>
    /// <param name="file">The API server's configuration.</param>
    /// <param name="provider">Name of the provider whose objects shall move.</param>
    /// <param name="named">Only these, as an EncryptionConfiguration would name them; empty for all.</param>
    /// <exception cref="CommandException">Exit code 3: KMS v1 writes one of them; 2: the file can't be used.</exception>
    public static void Refuse(string file, string provider, IReadOnlyList<string> named)
    {
        var writers = ConfiguredProviders.ReadWriters(file);
        List<(string Resource, ConfiguredProvider Writes)> asked =
            named.Count == 0
                ? [.. writers.SelectMany(w => w.Resources.Select(r => (r, w.Writes)))]
                :
                [
                    .. named.SelectMany(n =>
                        writers.Where(w => w.Resources.Any(r => Covers(r, n))).Take(1).Select(w => (n, w.Writes))
                    ),
                ];
        var old = asked.Where(a => a.Writes.IsKmsV1 && a.Writes.Name == provider).ToList();
        // Of another name: only where there is nothing that can be moved.
        if (old.Count == 0 && !asked.Exists(a => a.Writes.IsKms && a.Writes.Name == provider))
            old = asked.FindAll(a => a.Writes.IsKmsV1);
        if (old.Count == 0)
            return;
        throw new CommandException(
            ExitCode.Refused,
            $"nothing would move: {file} has {string.Join(", ", old.Select(o => o.Resource))} written by {old[0].Writes} with KMS "
                + "v1, and with KMS v1 a no-op write leaves each object under its old key",
            "give the provider another name (providerName in edgekms.json), then \"edgekms migrate --from kms --to kms\": KMS v2 "
                + "writes every object anew, under the active key"
        );
    }

    /// <summary>True where a rule of the file, wildcard or not, stands for a resource.</summary>
    private static bool Covers(string rule, string resource)
    {
        if (rule == "*.*" || string.Equals(rule, resource, StringComparison.Ordinal))
            return true;
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        return string.Equals(rule, "*." + (dot < 0 ? "" : resource[(dot + 1)..]), StringComparison.Ordinal);
    }
}
