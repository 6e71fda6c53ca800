using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeKms.Cluster.Text;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>Reads Kubernetes' <c>Status</c> object (apimachinery, meta/v1), which failed requests are answered with.</summary>
internal static partial class ApiStatus
{
    /// <summary>Its message on one line of at most 1,000 characters, without values of the object; of another body the beginning.</summary>
    internal static string Message(ReadOnlySpan<byte> body) => OneLine.Of(Told(body), 1_000);

    /// <summary>
    /// Why a request was refused, on one line of at most 300 characters, without values of the object: what validation found is told
    /// by field and kind, since its messages quote the values (apimachinery, field.Error). What a webhook or a policy says was
    /// written by an administrator and is shown.
    /// </summary>
    internal static string Reason(ReadOnlySpan<byte> body) => OneLine.Of(Fields(body) ?? Told(body), 300);

    /// <summary>Up to where it may quote a value.</summary>
    private static string Told(ReadOnlySpan<byte> body)
    {
        if (Member(body, "message") is { Length: > 0 } message)
            return WithoutValues(message);
        // A Status without a message has its reason; any other object may hold values, so that its kind alone is told.
        if (Member(body, "kind") is { } kind)
        {
            return kind == "Status" ? Member(body, "reason") ?? "" : $"the answer is no Status but of the kind {kind}";
        }
        return WithoutValues(Encoding.UTF8.GetString(body[..Math.Min(body.Length, 4_000)]));
    }

    private static string WithoutValues(string text)
    {
        var quoted = Quoting().Match(text);
        return quoted.Success
            ? text[..(quoted.Index + quoted.Length)].TrimEnd(':', ' ') + " (its value is left out)"
            : text;
    }

    /// <summary>Fields and kinds of a validation; null where a webhook, a policy or something else refuses.</summary>
    private static string? Fields(ReadOnlySpan<byte> body)
    {
        if (AdmissionRefusal.Of(body) is not null)
            return null;
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (
                json.RootElement.TryGetProperty("details", out var details)
                && details.TryGetProperty("causes", out var causes)
            )
            {
                var found = causes
                    .EnumerateArray()
                    .Select(c => (Field: Text(c, "field"), Kind: Text(c, "reason")))
                    .Where(c => !string.IsNullOrEmpty(c.Field))
                    .ToList();
                return found.Count == 0
                    ? null
                    : string.Join(", ", found.Select(c => $"{c.Field}: {c.Kind ?? "refused"}"));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not a Status, or one of odd kinds.
        }
        return null;
    }

    // field.Error writes "KIND: VALUE" for these kinds; json-iterator shows the bytes around a fault.
    [GeneratedRegex(
        """
            \b(Invalid\ value|Unsupported\ value|Duplicate\ value):
            |\b(Not\ found|Too\ many|Too\ few):\ (?=["\[{\d-]|true|false|null)
            |error\ found\ in\ \#\d+\ byte\ of
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Quoting();

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
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or text that is no Unicode: no list, so nothing to continue.
        }
        return null;
    }

    /// <summary>A text at the top of an object; of a Status in protobuf <c>kind</c>, <c>message</c> and <c>reason</c>; null where there is none.</summary>
    internal static string? Member(ReadOnlySpan<byte> body, string name)
    {
        if (KubernetesProtobuf.Is(body))
        {
            // apimachinery, generated.proto: TypeMeta of runtime.Unknown, Status of meta/v1.
            return name switch
            {
                "kind" => KubernetesProtobuf.Text(body, 1, 2),
                "message" => KubernetesProtobuf.Text(body, KubernetesProtobuf.Raw, 3),
                "reason" => KubernetesProtobuf.Text(body, KubernetesProtobuf.Raw, 4),
                _ => null,
            };
        }
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Text(json.RootElement, name) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
