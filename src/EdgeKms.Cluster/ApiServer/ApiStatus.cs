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

    /// <summary>
    /// Why a request was refused, without values of the object: what validation found is told by field and kind, since its
    /// messages quote the values (apimachinery, field.Error). Causes without a field are not of validation: those of internal errors
    /// and of policies repeat the message.
    /// </summary>
    internal static string Reason(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (
                json.RootElement.TryGetProperty("details", out var details)
                && details.ValueKind == JsonValueKind.Object
                && details.TryGetProperty("causes", out var causes)
                && causes.ValueKind == JsonValueKind.Array
            )
            {
                var found = causes
                    .EnumerateArray()
                    .Where(c => Text(c, "field") is { Length: > 0 })
                    .Select(c => $"{Text(c, "field")}: {Text(c, "reason")}")
                    .ToList();
                if (found.Count > 0)
                    return OneLine.Of(string.Join(", ", found), 300);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not a Status: the beginning of its text is all there is.
        }
        return OneLine.Of(Message(body), 300);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

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

    /// <summary>A text at the top of an object; null where there is none.</summary>
    internal static string? Member(ReadOnlySpan<byte> body, string name)
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
