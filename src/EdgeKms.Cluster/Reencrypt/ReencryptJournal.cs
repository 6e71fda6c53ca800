using System.Text.Json;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What an interrupted run leaves for the next one.</summary>
/// <param name="KeyId">The key that it works for: with another one everything begins anew.</param>
/// <param name="Server">Address of the API server.</param>
/// <param name="Namespace">The only one that is looked at; null for all.</param>
/// <param name="Resources">In the order in which they were begun.</param>
internal sealed record ReencryptJournal(
    string KeyId,
    string Server,
    string? Namespace,
    IReadOnlyList<ResourceState> Resources
)
{
    /// <summary>Null where the bytes are no journal: then everything is looked at again, which writes nothing twice.</summary>
    internal static ReencryptJournal? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var root = json.RootElement;
            return new ReencryptJournal(
                root.GetProperty("keyId").GetString()!,
                root.GetProperty("server").GetString()!,
                root.GetProperty("namespace").GetString(),
                [.. root.GetProperty("resources").EnumerateArray().Select(State)]
            );
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    internal byte[] Bytes()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("keyId", KeyId);
            json.WriteString("server", Server);
            json.WriteString("namespace", Namespace);
            json.WriteStartArray("resources");
            foreach (var state in Resources)
                Write(json, state);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.Write("\n"u8);
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ResourceState state)
    {
        json.WriteStartObject();
        json.WriteString("resource", state.Resource);
        json.WriteString("position", state.Position);
        json.WriteBoolean("done", state.IsDone);
        json.WriteNumber("seen", state.Count.Seen);
        json.WriteNumber("rewritten", state.Count.Rewritten);
        json.WriteNumber("fresh", state.Count.Fresh);
        json.WriteNumber("gone", state.Count.Gone);
        json.WriteNumber("refused", state.Count.Refused);
        json.WriteEndObject();
    }

    private static ResourceState State(JsonElement state)
    {
        int Number(string name) => state.GetProperty(name).GetInt32();
        return new ResourceState(
            state.GetProperty("resource").GetString()!,
            state.GetProperty("position").GetString(),
            state.GetProperty("done").GetBoolean(),
            new RewriteCount(Number("seen"), Number("rewritten"), Number("fresh"), Number("gone"), Number("refused"))
        );
    }
}
