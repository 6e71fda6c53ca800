using System.Globalization;
using System.Net;
using System.Text.Json;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>
/// Kubernetes' own way, where the API server serves it (storagemigration.k8s.io; kms-plugin-contract.md 2.16): a
/// StorageVersionMigration for each resource, whose controller writes every object.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="limit">How long one may take.</param>
/// <param name="time">Measures it.</param>
public sealed class StorageVersionMigrations(ApiClient api, TimeSpan limit, TimeProvider time)
{
    private const string Group = "storagemigration.k8s.io";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    /// <summary>The version that is served.</summary>
    /// <exception cref="CommandException">Exit code 3: none is.</exception>
    public async Task<string> VersionAsync(CancellationToken cancellation)
    {
        var answer = await api.GetAsync($"/apis/{Group}", cancellation);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"this API server doesn't serve {Group}",
                "run \"edgekms reencrypt\" without --storage-version-migration, or enable the API group and its controller"
            );
        }
        using var json = JsonDocument.Parse(answer.OrThrow().Body);
        return json.RootElement.GetProperty("preferredVersion").GetProperty("version").GetString()!;
    }

    /// <summary>Has all objects of a resource written, and waits for the end.</summary>
    /// <exception cref="CommandException">Exit code 1: it failed; 11: it did not end in time.</exception>
    public async Task RunAsync(string version, ApiResource resource, CancellationToken cancellation)
    {
        var collection = $"/apis/{Group}/{version}/storageversionmigrations";
        var made = (await api.CreateAsync(collection, Manifest(version, resource), cancellation)).OrThrow();
        using var json = JsonDocument.Parse(made.Body);
        var name = json.RootElement.GetProperty("metadata").GetProperty("name").GetString()!;
        var path = $"{collection}/{Uri.EscapeDataString(name)}";
        var start = time.GetTimestamp();
        while (!IsDone(name, (await api.GetAsync(path, cancellation)).OrThrow()))
        {
            if (time.GetElapsedTime(start) >= limit)
            {
                throw new CommandException(
                    ExitCode.Unreachable,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"StorageVersionMigration {name} did not end within {limit.TotalSeconds:0} s"
                    ),
                    $"it goes on: kubectl wait --for=condition=Succeeded storageversionmigration/{name}"
                );
            }
            await Task.Delay(s_pause, time, cancellation);
        }
        (await api.DeleteAsync(path, cancellation)).OrThrow();
    }

    private static bool IsDone(string name, ApiAnswer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        if (
            !json.RootElement.TryGetProperty("status", out var status)
            || !status.TryGetProperty("conditions", out var conditions)
            || conditions.ValueKind != JsonValueKind.Array
        )
            return false;
        var met = conditions
            .EnumerateArray()
            .Where(c => c.GetProperty("status").GetString() == "True")
            .ToDictionary(c => c.GetProperty("type").GetString()!, StringComparer.Ordinal);
        if (met.TryGetValue("Failed", out var failed))
        {
            var message = failed.TryGetProperty("message", out var text) ? text.GetString() : null;
            throw new CommandException(
                ExitCode.Failed,
                $"StorageVersionMigration {name} failed: {Text.OneLine.Of(message ?? "", 300)}",
                "see the log of kube-controller-manager"
            );
        }
        return met.ContainsKey("Succeeded");
    }

    private static byte[] Manifest(string version, ApiResource resource)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", $"{Group}/{version}");
            json.WriteString("kind", "StorageVersionMigration");
            json.WriteStartObject("metadata");
            json.WriteString("generateName", "edgekms-");
            json.WriteEndObject();
            json.WriteStartObject("spec");
            json.WriteStartObject("resource");
            json.WriteString("group", resource.Group);
            json.WriteString("resource", resource.Name);
            // A GroupVersionResource until v1beta1 (Kubernetes 1.35) made it a GroupResource.
            if (version == "v1alpha1")
                json.WriteString("version", resource.Version);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
