using System.Globalization;
using System.Text.Json;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>Which object, and which state of it.</summary>
/// <param name="Uid">Null where there is none.</param>
/// <param name="Revision">Its <c>resourceVersion</c>: the datastore's revision; of a list that of its moment.</param>
internal sealed record ObjectMetadata(string? Uid, long Revision)
{
    /// <summary>Null where the answer is no object, or its version no revision.</summary>
    internal static ObjectMetadata? Of(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var metadata = json.RootElement.GetProperty("metadata");
            var uid = metadata.TryGetProperty("uid", out var text) ? text.GetString() : null;
            var version = metadata.GetProperty("resourceVersion").GetString();
            return long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
                ? new ObjectMetadata(uid, revision)
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
