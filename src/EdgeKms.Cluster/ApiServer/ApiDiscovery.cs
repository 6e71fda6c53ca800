using System.Text.Json;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>Finds the resources that a name of an EncryptionConfiguration stands for, wildcards included.</summary>
public static class ApiDiscovery
{
    // As client-go asks; an API server of before 1.26 passes over what it doesn't know.
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    /// <summary>
    /// All served versions of all groups that the names are about. An aggregated API server that is down fails nothing: its groups
    /// are told.
    /// </summary>
    /// <param name="api">The API server.</param>
    /// <param name="names">Such as <c>secrets</c>, <c>deployments.apps</c>, <c>*.</c>, <c>*.apps</c>, <c>*.*</c>.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="CommandException">As <see cref="ApiClient.GetAsync"/>; exit code 1: an answer is no discovery.</exception>
    public static async Task<DiscoveredResources> DiscoverAsync(
        ApiClient api,
        IReadOnlyCollection<string> names,
        CancellationToken cancellation
    )
    {
        var versions = new List<ServedVersion>();
        if (names.Any(n => ResourceName.IsOfGroup(n, "")))
            versions.AddRange(await BelowAsync(api, "/api", names, cancellation));
        if (names.Any(n => n is "*.*" || !ResourceName.IsOfGroup(n, "")))
            versions.AddRange(await BelowAsync(api, "/apis", names, cancellation));
        return DiscoveredResources.Of(versions, names);
    }

    /// <summary>The resources of <see cref="DiscoverAsync"/> alone: a name that the API server doesn't serve stands for none.</summary>
    /// <exception cref="CommandException">As <see cref="DiscoverAsync"/>.</exception>
    public static async Task<IReadOnlyList<ApiResource>> FindAsync(
        ApiClient api,
        IReadOnlyCollection<string> names,
        CancellationToken cancellation
    ) => (await DiscoverAsync(api, names, cancellation)).Resources;

    /// <summary>True where a name of an EncryptionConfiguration stands for a resource.</summary>
    internal static bool Covers(string name, ApiResource resource) => ResourceName.Covers(name, resource);

    private static async Task<IReadOnlyList<ServedVersion>> BelowAsync(
        ApiClient api,
        string path,
        IReadOnlyCollection<string> names,
        CancellationToken cancellation
    )
    {
        var body = (await api.GetAsync(path, cancellation, Aggregated)).OrThrow().Body;
        var found = new List<ServedVersion>();
        if (Parsed(path, () => ServedVersion.Aggregated(body)) is { } aggregated)
        {
            foreach (var version in aggregated)
            {
                var isAsked = version.Resources is null && version.Version.Length > 0 && IsWanted(version.Group);
                // Stale is what was known some time ago: the version itself knows better.
                found.Add(isAsked ? await AskAsync(api, version.Group, version.Version, cancellation) : version);
            }
            return found;
        }
        foreach (var (group, version) in Parsed(path, () => ServedVersion.Names(body)))
        {
            if (IsWanted(group))
                found.Add(await AskAsync(api, group, version, cancellation));
        }
        return found;

        bool IsWanted(string group) => names.Any(n => ResourceName.IsOfGroup(n, group));
    }

    /// <summary>What a version serves. Only the core group has to answer: no aggregated API server has it.</summary>
    private static async Task<ServedVersion> AskAsync(
        ApiClient api,
        string group,
        string version,
        CancellationToken cancellation
    )
    {
        if (group.Length == 0)
        {
            var path = $"/api/{version}";
            var core = (await api.GetAsync(path, cancellation)).OrThrow();
            return Parsed(path, () => ServedVersion.Of(group, version, core.Body));
        }
        try
        {
            var answer = await api.GetAsync($"/apis/{group}/{version}", cancellation);
            if (answer.Succeeded)
                return ServedVersion.Of(group, version, answer.Body);
        }
        catch (CommandException e) when (e.ExitCode == ExitCode.Unreachable)
        {
            // The API server waits for an aggregated one; whether it is there itself, its version says.
            await api.GetAsync("/version", cancellation);
        }
        catch (Exception e) when (IsMalformed(e))
        {
            // An aggregated API server that answers with something else is none that answers.
        }
        return new ServedVersion(group, version, null);
    }

    private static T Parsed<T>(string path, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (Exception e) when (IsMalformed(e))
        {
            throw new CommandException(
                ExitCode.Failed,
                $"what answers to {path} is no API server: it lists no groups",
                "look whether the kubeconfig names the API server itself, with --kubeconfig FILE",
                e
            );
        }
    }

    private static bool IsMalformed(Exception e) =>
        e is JsonException or KeyNotFoundException or InvalidOperationException;
}
