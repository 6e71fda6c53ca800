using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Finds <c>metadata.resourceVersion</c> in an answer: in Kubernetes' protobuf, which costs the API server less than JSON, or in
/// JSON, which an API server of an extension may answer with.
/// </summary>
internal static class StoredVersion
{
    // k8s.io/apimachinery: runtime.Unknown, meta/v1 PartialObjectMetadata and ObjectMeta (generated.proto).
    private const int RawOfUnknown = 2;
    private const int MetadataOfObject = 1;
    private const int VersionOfMetadata = 6;

    /// <summary>True for Kubernetes' protobuf: <c>k8s\0</c> and a <c>runtime.Unknown</c>.</summary>
    internal static bool IsProtobuf(ReadOnlyMemory<byte> answer) => answer.Span.StartsWith("k8s\0"u8);

    /// <summary>Null where there is none.</summary>
    internal static string? Of(ReadOnlyMemory<byte> answer)
    {
        if (!IsProtobuf(answer))
            return OfJson(answer);
        var field = Field(answer[4..].ToArray(), RawOfUnknown);
        foreach (var number in new[] { MetadataOfObject, VersionOfMetadata })
            field = field is null ? null : Field(field, number);
        return field is null ? null : Encoding.UTF8.GetString(field);
    }

    private static byte[]? Field(byte[] message, int number)
    {
        try
        {
            using var input = new CodedInputStream(message);
            while (input.ReadTag() is var tag and not 0)
            {
                if (WireFormat.GetTagFieldNumber(tag) == number)
                    return input.ReadBytes().ToByteArray();
                input.SkipLastField();
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Not what was asked for: it counts as written.
        }
        return null;
    }

    private static string? OfJson(ReadOnlyMemory<byte> answer)
    {
        using var found = JsonDocument.Parse(answer);
        return
            found.RootElement.TryGetProperty("metadata", out var metadata)
            && metadata.TryGetProperty("resourceVersion", out var version)
            ? version.GetString()
            : null;
    }
}
