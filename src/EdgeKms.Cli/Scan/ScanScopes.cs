using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Scan;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Scan;

/// <summary>
/// Makes places in the datastore of names. A wildcard stands for what the API server serves; where none answers, everything is read:
/// what is encrypted counts, and what is in the clear is nobody's fault unless its name is written out.
/// </summary>
internal static class ScanScopes
{
    /// <param name="names">What was asked for.</param>
    /// <param name="root">The API server's <c>--etcd-prefix</c>.</param>
    /// <param name="server">Null where there is none, or none of this datastore.</param>
    /// <param name="time">For the limits.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static async Task<ScanScope> ResolveAsync(
        ScanNames names,
        string root,
        KubeConfig? server,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var isWild = names.Names.Any(IsWildcard);
        var served = isWild && server is not null ? await ServedAsync(names, server, time, cancellation) : null;
        var covered = names
            .Names.Where(n => !IsWildcard(n))
            .Select(n => ScannedResource.Of(n, root))
            .Concat((served ?? []).Select(r => ScannedResource.Of(r, root)))
            .DistinctBy(r => r.Name, StringComparer.Ordinal);
        return new ScanScope(
            root,
            names.Kind,
            [.. covered],
            Everything: names.Kind == "all" || (isWild && served is null),
            names.Gap
        );
    }

    private static bool IsWildcard(string name) => name.StartsWith('*');

    /// <summary>Null where the API server can't be asked.</summary>
    private static async Task<IEnumerable<ApiResource>?> ServedAsync(
        ScanNames names,
        KubeConfig server,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        try
        {
            using var api = new ApiClient(server, time);
            string[] wildcards = [.. names.Names.Where(IsWildcard)];
            var found = await ApiDiscovery.FindAsync(api, wildcards, cancellation);
            return found.Where(r => !names.InTheClear.Contains(r.QualifiedName, StringComparer.Ordinal));
        }
        catch (CommandException)
        {
            return null;
        }
    }
}
