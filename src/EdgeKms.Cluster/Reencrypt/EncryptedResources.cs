using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>Finds the resources that an EncryptionConfiguration has a provider write.</summary>
public static class EncryptedResources
{
    /// <param name="api">The API server.</param>
    /// <param name="file">The API server's configuration; null where it isn't at hand: Secrets alone.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="named">Only these, as an EncryptionConfiguration would name them; empty for all.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="CommandException">Exit code 11: no API server answers; 2: the file can't be used; 3: KMS v1 writes one of
    /// the resources, so that nothing would move.</exception>
    public static async Task<IReadOnlyList<ApiResource>> FindAsync(
        ApiClient api,
        string? file,
        string provider,
        IReadOnlyList<string> named,
        CancellationToken cancellation
    )
    {
        if (file is null)
            return await ApiDiscovery.FindAsync(api, named.Count > 0 ? named : ["secrets"], cancellation);
        var writers = ConfiguredProviders.ReadWriters(file);
        var all = await ApiDiscovery.FindAsync(api, [.. writers.SelectMany(w => w.Resources)], cancellation);
        List<(ApiResource Resource, ConfiguredProvider Writer)> written =
        [
            .. all.Where(r => named.Count == 0 || named.Any(n => ApiDiscovery.Covers(n, r)))
                .Select(r => (r, WriterOf(r, writers)))
                .OfType<(ApiResource, ConfiguredProvider)>(),
        ];
        // Before anything is sent: a no-op write would be skipped, object by object, and all would stay under its old key.
        var old = written.Where(w => w.Writer.IsKmsV1 && w.Writer.Name == provider).ToList();
        if (old.Count == 0 && !written.Exists(w => w.Writer.IsKms && w.Writer.Name == provider))
            old = [.. written.Where(w => w.Writer.IsKmsV1)];
        return old.Count > 0
            ? throw NothingMoves(old[0].Writer, old.Select(w => w.Resource.QualifiedName), file)
            : [.. written.Where(w => w.Writer.IsKms && w.Writer.Name == provider).Select(w => w.Resource)];
    }

    private static CommandException NothingMoves(ConfiguredProvider writer, IEnumerable<string> resources, string file) =>
        new(
            ExitCode.Refused,
            $"nothing would move: {file} stores {string.Join(", ", resources)} with KMS v1 ({writer}), and with KMS v1 a "
                + "no-op write leaves each object under its old key",
            "give the provider another name (providerName in edgekms.json), then run \"edgekms migrate --from kms --to kms\": "
                + "KMS v2 writes every object anew under the active key"
        );

    private static ConfiguredProvider? WriterOf(
        ApiResource resource,
        IReadOnlyList<(IReadOnlyList<string> Resources, ConfiguredProvider Writes)> writers
    ) => writers.FirstOrDefault(w => w.Resources.Any(n => ApiDiscovery.Covers(n, resource))).Writes;
}
