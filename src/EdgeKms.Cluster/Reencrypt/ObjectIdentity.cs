using System.Text.Json;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>Which object, and which state of it: all that a rewrite needs to know.</summary>
internal sealed record ObjectIdentity(string? Namespace, string Name, string Uid, string ResourceVersion)
{
    /// <summary>The items of a <c>PartialObjectMetadataList</c>.</summary>
    internal static IReadOnlyList<ObjectIdentity> OfList(ReadOnlyMemory<byte> json)
    {
        using var list = JsonDocument.Parse(json);
        return list.RootElement.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array
            ? [.. items.EnumerateArray().Select(i => Of(i.GetProperty("metadata")))]
            : [];
    }

    /// <summary><c>metadata.resourceVersion</c> of an object; null where there is none.</summary>
    internal static string? VersionOf(ReadOnlyMemory<byte> json)
    {
        using var found = JsonDocument.Parse(json);
        return found.RootElement.TryGetProperty("metadata", out var metadata)
            ? Text(metadata, "resourceVersion")
            : null;
    }

    /// <summary>A merge patch of uid and resourceVersion: it changes nothing, and applies to no other object or state.</summary>
    internal byte[] Patch()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteString("uid", Uid);
            json.WriteString("resourceVersion", ResourceVersion);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static ObjectIdentity Of(JsonElement metadata) =>
        new(
            Text(metadata, "namespace"),
            Text(metadata, "name") ?? "",
            Text(metadata, "uid") ?? "",
            Text(metadata, "resourceVersion") ?? ""
        );

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) ? text.GetString() : null;
}
