using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Reencrypt;

/// <summary>A cluster whose Secrets are known by their hashes, with a provider that the tests rotate.</summary>
internal sealed class RotatedCluster : IAsyncDisposable
{
    /// <summary>For what rewrites every Secret: minutes on a quiet machine.</summary>
    internal static readonly TimeSpan Guard = TimeSpan.FromMinutes(40);

    private const int Namespaces = 50;

    /// <summary>Objects of a long run: 1 KiB each. 20,000 of them take minutes.</summary>
    internal static int Secrets { get; } =
        int.Parse(Environment.GetEnvironmentVariable("EDGEKMS_SECRETS") ?? "2000", CultureInfo.InvariantCulture);

    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly ProviderHome _home;
    private readonly EtcdServer _etcd;

    private RotatedCluster(ProviderHome home, EtcdServer etcd, ApiServer api) =>
        (_home, _etcd, Api) = (home, etcd, api);

    internal ApiServer Api { get; }

    internal EtcdServer Etcd => _etcd;

    internal ProviderHome Home => _home;

    internal string Journal => _home.At("reencrypt", "journal.json");

    internal string[] Datastore => ["--etcd-endpoints", _etcd.Url];

    internal string Configuration => _home.At("encryption.yaml");

    internal static async Task<RotatedCluster> Start(params string[] resources)
    {
        Testbed.Require();
        var home = await ProviderHome.Serving();
        var names = resources.Length == 0 ? ["secrets"] : resources;
        await File.WriteAllTextAsync(
            home.At("encryption.yaml"),
            $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [{{string.Join(", ", names)}}]
                providers:
                  - kms: { apiVersion: v2, name: edgekms, endpoint: "unix://{{home.KmsSocket}}", timeout: 3s }
                  - identity: {}
            """
        );
        var etcd = await EtcdServer.Start(home.At("etcd"));
        var api = new ApiServer(home.At(), etcd.Url, home.At("encryption.yaml"));
        api.Start();
        await api.Ready();
        api.WriteKubeConfig(home.At("kubeconfig"));
        return new RotatedCluster(home, etcd, api);
    }

    internal static string NamespaceOf(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"ns{number % Namespaces:00}");

    internal async Task Fill(int secrets)
    {
        for (var i = 0; i < Namespaces; i++)
        {
            var space = new JsonObject { ["metadata"] = new JsonObject { ["name"] = NamespaceOf(i) } };
            await Api.Send(HttpMethod.Post, "/api/v1/namespaces", space);
        }
        await Parallel.ForEachAsync(
            Enumerable.Range(0, secrets),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await Create(NamespaceOf(i), string.Create(CultureInfo.InvariantCulture, $"s{i:00000}"))
        );
    }

    internal Task Create(string space, string name, bool immutable = false) =>
        Put(HttpMethod.Post, space, name, "", immutable);

    internal Task Update(string space, string name) => Put(HttpMethod.Put, space, name, "/" + name, immutable: false);

    internal async Task Delete(string space, string name)
    {
        await Api.Send(HttpMethod.Delete, $"/api/v1/namespaces/{space}/secrets/{name}", null);
        _hashes.TryRemove($"{space}/{name}", out _);
    }

    /// <summary>Rotates the key; the API server takes it in its own time.</summary>
    internal async Task<string> Rotate()
    {
        await _home.Rotate();
        return await _home.ActiveKey();
    }

    /// <summary>Waits until the API server has taken the active key.</summary>
    internal async Task Taken()
    {
        var hash = (await _home.Status()).Ring!.Keys.Single(k => k.State == "active").Hash;
        await Eventually.Holds(
            "the API server takes the key",
            async () =>
            {
                await Api.Try("/readyz");
                return (await Api.Text("/metrics"))
                    .Split('\n')
                    .Any(l =>
                        l.StartsWith(
                            "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds",
                            StringComparison.Ordinal
                        ) && l.Contains(hash, StringComparison.Ordinal)
                    );
            }
        );
    }

    internal string[] Command(params string[] more) =>
        [
            "reencrypt",
            .. more.Contains("--kubeconfig") ? Array.Empty<string>() : ["--kubeconfig", _home.At("kubeconfig")],
            "--encryption-config",
            Configuration,
            "--journal",
            Journal,
            .. _home.Settings,
            .. more,
        ];

    /// <summary>Runs <c>edgekms reencrypt</c> to its end.</summary>
    internal async Task<CommandResult> Reencrypt(params string[] more)
    {
        await using var running = RunningProcess.Start(CommandProgram.Path, Command(more));
        var exit = await running.Ended(Guard);
        return new CommandResult(exit, running.Output, running.Error);
    }

    /// <summary>How many Secrets lie in etcd under each key.</summary>
    internal async Task<IReadOnlyDictionary<string, int>> StoredByKey(string resource = "secrets") =>
        (await _etcd.List($"/registry/{resource}/"))
            .Values.GroupBy(v => StoredSecret.Parse(v).KeyId, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    /// <summary>The Secrets of the cluster are exactly those that were written, each with its value.</summary>
    internal async Task AllAreAsWritten()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var token = (string?)""; token is not null; )
        {
            var path = "/api/v1/secrets?limit=500" + (token.Length == 0 ? "" : "&continue=" + token);
            var page = JsonNode.Parse(await Api.Send(HttpMethod.Get, path, null))!;
            foreach (var secret in page["items"]!.AsArray())
            {
                var metadata = secret!["metadata"]!;
                found[$"{metadata["namespace"]}/{metadata["name"]}"] = Hash((string)secret["data"]!["value"]!);
            }
            token = (string?)page["metadata"]!["continue"];
        }
        Assert.Equal(
            _hashes.OrderBy(h => h.Key, StringComparer.Ordinal),
            found.OrderBy(h => h.Key, StringComparer.Ordinal)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await _etcd.DisposeAsync();
        await _home.DisposeAsync();
    }

    private async Task Put(HttpMethod method, string space, string name, string path, bool immutable)
    {
        var value = Convert.ToBase64String(RandomNumberGenerator.GetBytes(1024));
        var secret = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonObject { ["value"] = value },
        };
        if (immutable)
            secret["immutable"] = true;
        await Api.Send(method, $"/api/v1/namespaces/{space}/secrets{path}", secret);
        _hashes[$"{space}/{name}"] = Hash(value);
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
}
