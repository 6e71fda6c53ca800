using System.Text.Json;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>Finds the resources that a name of an EncryptionConfiguration stands for, wildcards included.</summary>
public static class ApiDiscovery
{
    /// <param name="api">The API server.</param>
    /// <param name="names">Such as <c>secrets</c>, <c>deployments.apps</c>, <c>*.</c>, <c>*.apps</c>, <c>*.*</c>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Those that can be listed and patched, each once. A name that the API server doesn't serve stands for none.</returns>
    /// <exception cref="CommandException">As <see cref="ApiClient.GetAsync"/>.</exception>
    public static async Task<IReadOnlyList<ApiResource>> FindAsync(
        ApiClient api,
        IReadOnlyCollection<string> names,
        CancellationToken cancellation
    )
    {
        var found = new List<ApiResource>();
        foreach (var (group, version) in await GroupsAsync(api, names, cancellation))
        {
            foreach (var resource in await ResourcesAsync(api, group, version, cancellation))
            {
                if (names.Any(n => Covers(n, resource)) && !found.Contains(resource))
                    found.Add(resource);
            }
        }
        return found;
    }

    /// <summary>True where a name of an EncryptionConfiguration stands for a resource.</summary>
    internal static bool Covers(string name, ApiResource resource)
    {
        if (name is "*.*")
            return true;
        var (plural, group) = Split(name);
        return string.Equals(group, resource.Group, StringComparison.Ordinal)
            && (plural is "*" || string.Equals(plural, resource.Name, StringComparison.Ordinal));
    }

    private static (string Plural, string Group) Split(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
    }

    private static async Task<IReadOnlyList<(string Group, string Version)>> GroupsAsync(
        ApiClient api,
        IReadOnlyCollection<string> names,
        CancellationToken cancellation
    )
    {
        var groups = new List<(string, string)>();
        if (names.Any(n => n is "*.*" || Split(n).Group.Length == 0))
            groups.Add(("", "v1"));
        if (names.All(n => n is not "*.*" && Split(n).Group.Length == 0))
            return groups;
        using var json = JsonDocument.Parse((await api.GetAsync("/apis", cancellation)).OrThrow().Body);
        foreach (var group in Items(json.RootElement, "groups"))
        {
            var name = group.GetProperty("name").GetString()!;
            if (names.Any(n => n is "*.*" || string.Equals(Split(n).Group, name, StringComparison.Ordinal)))
                groups.Add((name, group.GetProperty("preferredVersion").GetProperty("version").GetString()!));
        }
        return groups;
    }

    private static async Task<IReadOnlyList<ApiResource>> ResourcesAsync(
        ApiClient api,
        string group,
        string version,
        CancellationToken cancellation
    )
    {
        var path = group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";
        using var json = JsonDocument.Parse((await api.GetAsync(path, cancellation)).OrThrow().Body);
        return
        [
            .. Items(json.RootElement, "resources")
                .Where(r => Can(r, "list") && Can(r, "patch"))
                .Select(r => new ApiResource(
                    group,
                    version,
                    r.GetProperty("name").GetString()!,
                    r.GetProperty("namespaced").GetBoolean()
                ))
                // A slash: part of an object, such as pods/status.
                .Where(r => !r.Name.Contains('/', StringComparison.Ordinal)),
        ];
    }

    private static bool Can(JsonElement resource, string verb) =>
        Items(resource, "verbs").Any(v => v.ValueEquals(verb));

    /// <summary>A list that Go writes as null when it is empty.</summary>
    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : [];
}
