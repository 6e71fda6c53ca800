using System.Text.Json;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>A resource as one version of its group serves it.</summary>
/// <param name="Name">Plural, such as <c>secrets</c>.</param>
/// <param name="Namespaced">True where objects are in namespaces.</param>
/// <param name="CanRead">Verbs <c>get</c> or <c>list</c>.</param>
/// <param name="CanRewrite">Verbs <c>list</c> and <c>patch</c>.</param>
internal sealed record ServedResource(string Name, bool Namespaced, bool CanRead, bool CanRewrite);

/// <summary>A version of a group, and what it serves.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Version">Empty where the group is named without any version.</param>
/// <param name="Resources">Null where it doesn't answer: its API server is down.</param>
internal sealed record ServedVersion(string Group, string Version, IReadOnlyList<ServedResource>? Resources)
{
    /// <summary>
    /// An <c>APIGroupDiscoveryList</c> (k8s.io/api, apidiscovery/v2 and v2beta1, which have the same fields): groups in the
    /// order of priority, versions in that of preference. A version that is marked <c>Stale</c> has no resources here, since its
    /// API server did not answer when it was asked last (kube-aggregator, pkg/apiserver/handler_discovery.go). Null for another
    /// kind of answer.
    /// </summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="InvalidOperationException">A field is of another type.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    internal static IReadOnlyList<ServedVersion>? Aggregated(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        if (!IsKind(json.RootElement, "APIGroupDiscoveryList"))
            return null;
        var found = new List<ServedVersion>();
        foreach (var group in Items(json.RootElement, "items"))
        {
            // Go leaves an empty name out: the core group.
            var name =
                group.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("name", out _)
                    ? Text(metadata, "name")
                    : "";
            var versions = Items(group, "versions").Select(v => Aggregated(name, v)).ToList();
            found.AddRange(versions.Count > 0 ? versions : [new ServedVersion(name, "", null)]);
        }
        return found;
    }

    /// <summary>
    /// The versions of an <c>APIVersions</c> or an <c>APIGroupList</c> (apimachinery, meta/v1), the preferred one of each group
    /// first; what they serve is not in it.
    /// </summary>
    /// <exception cref="JsonException">As <see cref="Aggregated(ReadOnlyMemory{byte})"/>.</exception>
    internal static IReadOnlyList<(string Group, string Version)> Names(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        if (!json.RootElement.TryGetProperty("groups", out _))
            return [.. json.RootElement.GetProperty("versions").EnumerateArray().Select(v => ("", Text(v)))];
        var found = new List<(string, string)>();
        foreach (var group in Items(json.RootElement, "groups"))
        {
            var name = Text(group, "name");
            var preferred = group.TryGetProperty("preferredVersion", out var first) ? Text(first, "version") : null;
            var versions = Items(group, "versions").Select(v => Text(v, "version"));
            found.AddRange(
                versions
                    .OrderBy(v => string.Equals(v, preferred, StringComparison.Ordinal) ? 0 : 1)
                    .Select(v => (name, v))
            );
        }
        return found;
    }

    /// <summary>An <c>APIResourceList</c>.</summary>
    /// <exception cref="JsonException">As <see cref="Aggregated(ReadOnlyMemory{byte})"/>.</exception>
    internal static ServedVersion Of(string group, string version, ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        return new ServedVersion(
            group,
            version,
            [
                .. Items(json.RootElement, "resources")
                    // A slash: part of an object, such as pods/status.
                    .Where(r => !Text(r, "name").Contains('/', StringComparison.Ordinal))
                    .Select(r => Served(r, "name", r.GetProperty("namespaced").GetBoolean())),
            ]
        );
    }

    private static ServedVersion Aggregated(string group, JsonElement version)
    {
        var name = Text(version, "version");
        var isStale = version.TryGetProperty("freshness", out var freshness) && freshness.ValueEquals("Stale");
        return new ServedVersion(
            group,
            name,
            isStale
                ? null
                :
                [
                    .. Items(version, "resources")
                        .Select(r => Served(r, "resource", r.GetProperty("scope").ValueEquals("Namespaced"))),
                ]
        );
    }

    private static ServedResource Served(JsonElement resource, string name, bool namespaced)
    {
        var (list, get, patch) = (Can(resource, "list"), Can(resource, "get"), Can(resource, "patch"));
        return new ServedResource(Text(resource, name), namespaced, list || get, list && patch);
    }

    private static bool Can(JsonElement resource, string verb) =>
        Items(resource, "verbs").Any(v => v.ValueEquals(verb));

    private static string Text(JsonElement element, string name) => Text(element.GetProperty(name));

    private static string Text(JsonElement element) => element.GetString() ?? throw new KeyNotFoundException();

    private static bool IsKind(JsonElement root, string kind) =>
        root.TryGetProperty("kind", out var found) && found.ValueEquals(kind);

    /// <summary>A list that Go writes as null, or not at all, when it is empty.</summary>
    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : [];
}
