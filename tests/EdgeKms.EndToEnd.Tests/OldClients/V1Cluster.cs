using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>A cluster that stores its Secrets with KMS v1: provider, etcd and API server, all real.</summary>
internal sealed class V1Cluster : IAsyncDisposable
{
    internal const string Identity = "identity: {}";

    private readonly Dictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly PrivateDirectory _directory = new();

    private V1Cluster(ProviderHome provider) => Provider = provider;

    internal ProviderHome Provider { get; }

    internal EtcdServer Etcd { get; private set; } = null!;

    internal ApiServer Api { get; private set; } = null!;

    private string Configuration => _directory.At("encryption.yaml");

    /// <param name="program">The API server, made in the cluster's directory.</param>
    /// <param name="name">Of its provider of KMS v1, the only one.</param>
    internal static async Task<V1Cluster> Start(Func<string, ApiProgram> program, string name)
    {
        var cluster = new V1Cluster(await ProviderHome.Serving(V1Setting.On));
        try
        {
            await cluster.Write(cluster.V1(name));
            cluster.Etcd = await EtcdServer.Start(cluster._directory.At("etcd"));
            cluster.Api = new ApiServer(
                cluster._directory.Path,
                cluster.Etcd.Url,
                cluster.Configuration,
                program(cluster._directory.Path)
            );
            cluster.Api.Start();
            await cluster.Api.Ready();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>An element of the list of providers. Without <c>apiVersion</c>, which 1.20 does not know: that is v1.</summary>
    internal string V1(string name) => $$"""kms: { name: {{name}}, endpoint: "{{Endpoint}}", timeout: 3s }""";

    internal string V2(string name) =>
        $$"""kms: { apiVersion: v2, name: {{name}}, endpoint: "{{Endpoint}}", timeout: 3s }""";

    /// <summary>Gives the API server another list of providers, by a restart.</summary>
    internal async Task Configure(params string[] providers)
    {
        await Write(providers);
        await Api.Restart();
    }

    internal async Task Create(string name)
    {
        var value = Canary.Text();
        await Api.Create(name, value);
        _hashes[name] = Hash(value);
    }

    /// <summary>The Secrets of the namespace are exactly those that were written, each with its value.</summary>
    internal async Task AllAreAsWritten()
    {
        var found = JsonNode.Parse(await Api.Send(HttpMethod.Get, Path(""), null))!["items"]!
            .AsArray()
            .ToDictionary(
                s => (string)s!["metadata"]!["name"]!,
                s => Hash(Encoding.UTF8.GetString(Convert.FromBase64String((string)s!["data"]!["value"]!))),
                StringComparer.Ordinal
            );
        Assert.Equal(
            _hashes.OrderBy(h => h.Key, StringComparer.Ordinal),
            found.OrderBy(h => h.Key, StringComparer.Ordinal)
        );
    }

    internal async Task<StoredV1Secret> Stored(string name) => StoredV1Secret.Parse(await Bytes(name));

    internal async Task<byte[]> Bytes(string name) => (await Etcd.Get($"/registry/secrets/default/{name}"))!;

    /// <summary>How many Secrets lie in etcd with this beginning.</summary>
    internal async Task<int> StoredWith(string beginning)
    {
        var bytes = Encoding.ASCII.GetBytes(beginning);
        return (await Etcd.List("/registry/secrets/")).Values.Count(v => v.AsSpan().StartsWith(bytes));
    }

    /// <summary>Writes a Secret as it is read, with a change where one is given.</summary>
    internal async Task Replace(string name, Action<JsonNode>? change = null)
    {
        var secret = JsonNode.Parse(await Api.Send(HttpMethod.Get, Path("/" + name), null))!;
        change?.Invoke(secret);
        await Api.Send(HttpMethod.Put, Path("/" + name), secret.AsObject());
    }

    internal async Task<CommandResult> Kubectl(byte[]? input, params string[] arguments)
    {
        var config = _directory.At("kubeconfig");
        Api.WriteKubeConfig(config);
        var result = await RunningProcess.Run(
            Testbed.Program("kubectl"),
            ["--kubeconfig", config, "--cache-dir", _directory.At("kubectl"), .. arguments],
            input: input
        );
        Assert.True(result.Exit == 0, result.ToString());
        return result;
    }

    /// <summary>Runs <c>edgekms verify</c>, which must find nothing wrong.</summary>
    /// <param name="name">Of the provider.</param>
    internal async Task<string> Verify(string name)
    {
        string[] cluster =
        [
            "--kubeconfig",
            Api.KubeConfig("verify"),
            "--etcd-endpoints",
            Etcd.Url,
            "--encryption-config",
            Configuration,
        ];
        string[] arguments = ["verify", .. cluster, "--provider-name", name, .. Provider.Settings];
        var result = await RunningProcess.Run(CommandProgram.Path, arguments);
        Assert.True(result.Exit == 0, result.ToString());
        return result.Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (Api is not null)
            await Api.DisposeAsync();
        if (Etcd is not null)
            await Etcd.DisposeAsync();
        await Provider.DisposeAsync();
        _directory.Dispose();
    }

    private string Endpoint => $"unix://{Provider.KmsSocket}";

    private Task Write(params string[] providers) =>
        File.WriteAllTextAsync(
            Configuration,
            $"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets]
                providers:
            {string.Concat(providers.Select(p => $"      - {p}\n"))}
            """
        );

    private static string Path(string more) => "/api/v1/namespaces/default/secrets" + more;

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
