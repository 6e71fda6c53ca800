using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Text;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>Reads Kubernetes' <c>Status</c> object (apimachinery, meta/v1), which failed requests are answered with.</summary>
internal static class ApiStatus
{
    /// <summary>Its message on one line of at most 1,000 characters; of another body the beginning.</summary>
    internal static string Message(ReadOnlySpan<byte> body) =>
        OneLine.Of(Member(body, "message") ?? Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4_000)]), 1_000);

    /// <summary><c>metadata.continue</c> of a list or a Status; null where there is none.</summary>
    internal static string? Continue(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        try
        {
            // Streamed: a page of objects is too much for a document of its own.
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName)
                    continue;
                var isMetadata = json.ValueTextEquals("metadata"u8);
                json.Read();
                if (!isMetadata)
                {
                    json.Skip();
                    continue;
                }
                using var metadata = JsonDocument.ParseValue(ref json);
                return
                    metadata.RootElement.ValueKind == JsonValueKind.Object
                    && metadata.RootElement.TryGetProperty("continue", out var token)
                    && token.ValueKind == JsonValueKind.String
                    && token.GetString() is { Length: > 0 } text
                    ? text
                    : null;
            }
        }
        catch (JsonException)
        {
            // Not JSON: no list, so nothing to continue.
        }
        return null;
    }

    private static string? Member(ReadOnlySpan<byte> body, string name)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return
                json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var member)
                && member.ValueKind == JsonValueKind.String
                ? member.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
