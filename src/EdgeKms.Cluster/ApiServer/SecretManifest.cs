using System.Text.Json;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>A Secret of ours as it is sent to the API server; a label says whose it is.</summary>
internal static class SecretManifest
{
    /// <param name="name">Its name.</param>
    /// <param name="data">Writes the members of its <c>data</c>; null: it has none.</param>
    internal static byte[] Of(string name, Action<Utf8JsonWriter>? data = null)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "Secret");
            json.WriteStartObject("metadata");
            json.WriteString("name", name);
            json.WriteStartObject("labels");
            json.WriteString("app.kubernetes.io/managed-by", "edgekms");
            json.WriteEndObject();
            json.WriteEndObject();
            if (data is not null)
            {
                json.WriteStartObject("data");
                data(json);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
