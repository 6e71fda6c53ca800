using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Datastore;

/// <summary>Where an etcd is, and the files to talk to it with.</summary>
/// <param name="Endpoints">Tried in their order.</param>
/// <param name="Authority">PEM file, or null.</param>
/// <param name="Certificate">PEM file, or null.</param>
/// <param name="Key">PEM file, or null.</param>
internal sealed record EtcdPlace(IReadOnlyList<string> Endpoints, string? Authority, string? Certificate, string? Key)
{
    internal bool FilesAreReadable => new[] { Authority, Certificate, Key }.OfType<string>().All(CappedFile.IsReadable);

    /// <summary>The first endpoint that answers.</summary>
    /// <exception cref="CommandException">Exit code 11: none does; 2, 8, 9: a file can't be used.</exception>
    internal async Task<IDatastore> OpenAsync(TimeProvider time, long pageBytes, CancellationToken cancellation)
    {
        var tls = new ClientTls(
            Read(Authority),
            Read(Certificate),
            Read(Key),
            trustsAnyone: false,
            Authority ?? "etcd"
        );
        for (var i = 0; ; i++)
        {
            var etcd = new EtcdDatastore(Endpoints[i], tls, time, pageBytes);
            try
            {
                // Any key: whether it is there says nothing, the answer does.
                await etcd.GetAsync("/registry/health", cancellation);
                return etcd;
            }
            catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable && i + 1 < Endpoints.Count)
            {
                etcd.Dispose();
            }
            catch
            {
                etcd.Dispose();
                throw;
            }
        }
    }

    private static byte[]? Read(string? file) => file is null ? null : CappedFile.Read(file);
}
