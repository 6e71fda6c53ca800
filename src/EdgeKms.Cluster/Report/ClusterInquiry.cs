using System.Globalization;
using System.Text.Json;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Report;

/// <summary>Asks an API server for what a report tells of the cluster: <c>/version</c>, <c>/readyz?verbose</c>, its nodes.</summary>
public static class ClusterInquiry
{
    /// <summary>A cluster on one machine has one node; a few more are shown.</summary>
    public const int MaxNodes = 20;

    /// <exception cref="CommandException">Exit code 11: no API server answers; 9: it refuses this user.</exception>
    public static async Task<ClusterFacts> AskAsync(ApiClient api, CancellationToken cancellation)
    {
        var answer = await api.GetAsync("/readyz?verbose", cancellation, "text/plain");
        if (answer.Failure() is { ExitCode: ExitCode.Permission } refused)
            throw refused;
        var readyz = Readyz.Of(answer);
        var version = await ApiVersion.AskAsync(api, cancellation);
        var nodes = await JsonAsync(
            api,
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/nodes?limit={MaxNodes}"),
            cancellation
        );
        return new ClusterFacts(
            api.Server.GetLeftPart(UriPartial.Path).TrimEnd('/'),
            version.GitVersion,
            version.Platform,
            readyz.IsReady,
            [.. readyz.Failed],
            readyz.KmsChecks,
            [.. Items(nodes).Select(Node)]
        );
    }

    /// <summary>What is beside the point is left out, not failed: null where there is no such answer.</summary>
    private static async Task<JsonElement?> JsonAsync(ApiClient api, string path, CancellationToken cancellation)
    {
        var answer = await api.GetAsync(path, cancellation);
        if (!answer.Succeeded)
            return null;
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ClusterNode Node(JsonElement node)
    {
        var info = Member(Member(node, "status"), "nodeInfo");
        return new ClusterNode(
            Text(Member(node, "metadata"), "name") ?? "",
            Text(info, "kubeletVersion") ?? "",
            Text(info, "osImage") ?? "",
            Text(info, "architecture") ?? ""
        );
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement? list) =>
        Member(list, "items") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(name, out var found) ? found : null;

    private static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
