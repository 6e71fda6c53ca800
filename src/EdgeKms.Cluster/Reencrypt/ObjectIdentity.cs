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

    /// <summary>
    /// A JSON patch (RFC 6902) of tests alone: it changes nothing, and applies to no other object or state. The API server has
    /// less work with it than with a merge patch of the same fields.
    /// </summary>
    internal byte[] Patch()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            if (Uid is not null)
                Test(json, "/metadata/uid", Uid);
            Test(json, "/metadata/resourceVersion", ResourceVersion);
            json.WriteEndArray();
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

    private static void Test(Utf8JsonWriter json, string path, string value)
    {
        json.WriteStartObject();
        json.WriteString("op", "test");
        json.WriteString("path", path);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) ? text.GetString() : null;
}
