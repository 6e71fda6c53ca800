using System.Runtime.CompilerServices;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>The datastore of a simulated machine: values by key, as an API server has stored them.</summary>
internal sealed class MemoryDatastore : IDatastore
{
    internal SortedDictionary<string, byte[]> Values { get; } = new(StringComparer.Ordinal);

    public string Name => "a simulated datastore";

    public Task<StoredObject?> GetAsync(string key, CancellationToken cancellation) =>
        Task.FromResult<StoredObject?>(Values.TryGetValue(key, out var value) ? Object(key, value) : null);

    public Task<bool> HoldsAsync(string key, ReadOnlyMemory<byte> text, CancellationToken cancellation) =>
        Task.FromResult(Values.TryGetValue(key, out var value) && value.AsSpan().IndexOf(text.Span) >= 0);

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await Task.CompletedTask;
        foreach (var (key, value) in Values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)))
            yield return Object(key, value);
    }

    public Task<long> CountAsync(string prefix, CancellationToken cancellation) =>
        Task.FromResult((long)Values.Keys.Count(k => k.StartsWith(prefix, StringComparison.Ordinal)));

    public Task<StoredHistory> HistoryAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public IAsyncEnumerable<StoredObject> ListLeftoversAsync(string prefix, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<StoredObject> ListBesideAsync(string prefix, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public void Dispose() { }

    private static StoredObject Object(string key, byte[] value) => new(key, StoredValue.Parse(value), 1);
}
