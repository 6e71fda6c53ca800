using System.Text.Json;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>A page of a <c>PartialObjectMetadataList</c>.</summary>
/// <param name="Objects">In the order of the list.</param>
/// <param name="Remaining">How many are on the pages after it, as the API server estimates; null where it doesn't say.</param>
internal sealed record MetadataPage(IReadOnlyList<ObjectIdentity> Objects, long? Remaining)
{
    internal static MetadataPage Parse(ReadOnlyMemory<byte> json)
    {
        using var list = JsonDocument.Parse(json);
        var objects =
            list.RootElement.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array
                ? items.EnumerateArray().Select(i => ObjectIdentity.Of(i.GetProperty("metadata"))).ToList()
                : [];
        long? remaining =
            list.RootElement.TryGetProperty("metadata", out var metadata)
            && metadata.TryGetProperty("remainingItemCount", out var count)
            && count.ValueKind == JsonValueKind.Number
                ? count.GetInt64()
                : null;
        return new MetadataPage(objects, remaining);
    }
}
