using System.Text.Json;
using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Finds <c>metadata.resourceVersion</c> in an answer: in Kubernetes' protobuf, which costs the API server less than JSON, or in
/// JSON, which an API server of an extension may answer with.
/// </summary>
internal static class StoredVersion
{
    // k8s.io/apimachinery: meta/v1 PartialObjectMetadata and ObjectMeta (generated.proto).
    private const int MetadataOfObject = 1;
    private const int VersionOfMetadata = 6;

    /// <summary>Null where the answer is no object that is stored: a proxy's page, say, whatever its status code.</summary>
    internal static string? Of(ReadOnlyMemory<byte> answer) =>
        KubernetesProtobuf.Is(answer.Span)
            ? KubernetesProtobuf.Text(answer.Span, KubernetesProtobuf.Raw, MetadataOfObject, VersionOfMetadata)
            : OfJson(answer);

    private static string? OfJson(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var found = JsonDocument.Parse(answer);
            return
                found.RootElement.TryGetProperty("metadata", out var metadata)
                && metadata.TryGetProperty("resourceVersion", out var version)
                ? version.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
