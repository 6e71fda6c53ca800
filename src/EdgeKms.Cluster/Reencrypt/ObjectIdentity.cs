using System.Text.Json;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>Which object, and which state of it: all that a rewrite needs to know.</summary>
/// <param name="Namespace">Null for an object outside of namespaces.</param>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Null where the datastore was listed, which encrypts it.</param>
/// <param name="ResourceVersion">The state; etcd's revision, which no other object or state has.</param>
internal sealed record ObjectIdentity(string? Namespace, string Name, string? Uid, string ResourceVersion)
{
    /// <summary>Its place in the order of a list: <c>NAMESPACE/NAME</c> or <c>NAME</c>, compared by code units.</summary>
    internal string Position => Namespace is null ? Name : $"{Namespace}/{Name}";

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
            if (Uid is not null)
                json.WriteString("uid", Uid);
            json.WriteString("resourceVersion", ResourceVersion);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    internal static ObjectIdentity Of(JsonElement metadata) =>
        new(
            Text(metadata, "namespace"),
            Text(metadata, "name") ?? "",
            Text(metadata, "uid"),
            Text(metadata, "resourceVersion") ?? ""
        );

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) ? text.GetString() : null;
}
