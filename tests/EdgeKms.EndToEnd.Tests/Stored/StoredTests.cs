using System.Text.Json.Nodes;
using EdgeKms.Cluster;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Stored;
using EdgeKms.Contract.Failures;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Stored;

/// <summary>What a real API server serves, stores and can read.</summary>
public class StoredTests
{
    private static string Configuration(string key) =>
        $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets, "*.example.org"]
                providers:
                  - aescbc: { keys: [{ name: {{key}}, secret: "{{Convert.ToBase64String(
                new byte[32].Select(b => (byte)key[^1]).ToArray()
            )}}" }] }
                  - identity: {}
            """;

    private static JsonObject Definition(string plural, string kind, params string[] versions) =>
        new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = plural + ".example.org" },
            ["spec"] = new JsonObject
            {
                ["group"] = "example.org",
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject
                {
                    ["plural"] = plural,
                    ["singular"] = kind.ToLowerInvariant(),
                    ["kind"] = kind,
                    ["listKind"] = kind + "List",
                },
                ["versions"] = new JsonArray([
                    .. versions.Select(
                        (v, i) =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["name"] = v,
                                    ["served"] = true,
                                    ["storage"] = i == 0,
                                    ["schema"] = new JsonObject
                                    {
                                        ["openAPIV3Schema"] = new JsonObject
                                        {
                                            ["type"] = "object",
                                            ["x-kubernetes-preserve-unknown-fields"] = true,
                                        },
                                    },
                                }
                    ),
                ]),
            },
        };

    private static JsonObject Instance(string kind, string version, string name) =>
        new()
        {
            ["apiVersion"] = "example.org/" + version,
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
        };

    private static EtcdDatastore Open(EtcdServer etcd) =>
        new(etcd.Url, new ClientTls(null, null, null, trustsAnyone: false, "etcd"), TimeProvider.System);

    private static async Task<string> Refusal(ApiClient client, EtcdServer etcd, string? flag = null)
    {
        using var datastore = Open(etcd);
        var e = await Assert.ThrowsAsync<CommandException>(() =>
            DatastoreBinding.BindAsync(client, datastore, flag, default)
        );
        Assert.Equal(ExitCode.Unreachable, e.ExitCode);
        return $"{e.Message} | {e.Hint}";
    }

    [Fact]
    public async Task Cluster_TwoVersionsOfAGroup_IsDiscoveredBoundCountedAndRead()
    {
        Testbed.Require();
        using var directory = new PrivateDirectory();
        var encryption = directory.At("encryption.yaml");
        await File.WriteAllTextAsync(encryption, Configuration("key1"));
        await using var etcd = await EtcdServer.Start(directory.At("etcd"));
        await using var api = new ApiServer(directory.Path, etcd.Url, encryption);
        api.Start();
        await api.Ready();
        await api.Create("db", "value");
        const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        await api.Send(HttpMethod.Post, Definitions, Definition("things", "Thing", "v1", "v1alpha1"));
        await api.Send(HttpMethod.Post, Definitions, Definition("olds", "Old", "v1alpha1"));
        const string Olds = "/apis/example.org/v1alpha1/namespaces/default/olds";
        await Eventually.Holds(
            "the custom resources are served",
            async () =>
                await api.Try(Olds) == System.Net.HttpStatusCode.OK
                && (await api.Text("/apis/example.org/v1")).Contains("things", StringComparison.Ordinal)
        );
        await api.Send(HttpMethod.Post, Olds, Instance("Old", "v1alpha1", "o"));
        await api.Send(HttpMethod.Post, "/apis/example.org/v1/namespaces/default/things", Instance("Thing", "v1", "t"));
        using var client = new ApiClient(KubeConfig.Read(api.KubeConfig("kubeconfig")), TimeProvider.System);

        // A: the preferred version of the group is v1, which doesn't serve "olds".
        var found = await ApiDiscovery.DiscoverAsync(client, ["*.*"], default);
        var names = found.Resources.Select(r => $"{r.QualifiedName}/{r.Version}").ToList();
        Assert.Contains("olds.example.org/v1alpha1", names);
        Assert.Contains("things.example.org/v1", names);
        Assert.DoesNotContain("things.example.org/v1alpha1", names);
        Assert.Contains("secrets/v1", names);
        Assert.Empty(found.Down);
        Assert.Equal(
            ["nobodys.example.org"],
            (await ApiDiscovery.DiscoverAsync(client, ["nobodys.example.org", "secrets."], default)).Unserved
        );

        // D
        using var datastore = Open(etcd);
        var binding = await DatastoreBinding.BindAsync(client, datastore, null, default);
        Assert.Equal(
            ("/registry", PrefixOrigin.Usual, BindingProof.Probe, 0),
            (binding.Prefix, binding.Origin, binding.Proof, binding.Notes.Count)
        );
        Assert.Contains(binding.ClusterUid!, await api.Text("/api/v1/namespaces/kube-system"));
        Assert.Empty(await etcd.List("/registry/secrets/kube-system/"));
        Assert.Contains("--etcd-prefix /registry", await Refusal(client, etcd, "/kubernetes.io"));
        await using (var empty = await EtcdServer.Start(directory.At("empty")))
            Assert.Contains("it is empty", await Refusal(client, empty));

        // C
        var map = new StorageMap([.. found.Resources, .. found.Unpatchable], binding.Prefix);
        var census = await StoredCensus.TakeAsync(datastore, binding.Prefix, map, default);
        var groups = census
            .Groups.Where(g => g.IsEncrypted)
            .Select(g => $"{g.Place} {g.Resource?.QualifiedName} {g.Prefix} {g.Count}");
        Assert.Equal(
            [
                "/registry/example.org/olds/ olds.example.org k8s:enc:aescbc:v1:key1: 1",
                "/registry/example.org/things/ things.example.org k8s:enc:aescbc:v1:key1: 1",
                "/registry/secrets/ secrets k8s:enc:aescbc:v1:key1: 1",
            ],
            groups
        );
        Assert.DoesNotContain(census.Groups, g => g.Resource is null && !NeverEncrypted.Holds(g.Place, "/registry"));

        // E: a configuration without the key that the objects are under, as after a restore.
        Assert.Empty(await ReadableObjects.LookAsync(client, census, map, default));
        await api.Stop();
        await File.WriteAllTextAsync(encryption, Configuration("key2"));
        api.Start();
        await Eventually.Holds("/livez", async () => await api.Try("/livez") == System.Net.HttpStatusCode.OK);
        var unreadable = await ReadableObjects.LookAsync(client, census, map, default);
        Assert.Equal(
            [
                "/registry/example.org/olds/default/o",
                "/registry/example.org/things/default/t",
                "/registry/secrets/default/db",
            ],
            unreadable.Select(u => u.Example)
        );
        Assert.All(unreadable, u => Assert.Contains("no matching key was found", u.Reason));
    }

    [Fact]
    public async Task Bind_OtherPrefix_IsFound()
    {
        Testbed.Require();
        using var directory = new PrivateDirectory();
        var encryption = directory.At("encryption.yaml");
        await File.WriteAllTextAsync(encryption, Configuration("key1"));
        await using var etcd = await EtcdServer.Start(directory.At("etcd"));
        foreach (var prefix in new[] { "kubernetes.io", "/some/where" })
        {
            var own = directory.At(prefix.Trim('/').Replace('/', '-'));
            Directory.CreateDirectory(own);
            var program = new ApiProgram(ApiProgram.Lite.Name, [.. ApiProgram.Lite.Flags, $"--etcd-prefix={prefix}"]);
            await using var api = new ApiServer(own, etcd.Url, encryption, program);
            api.Start();
            await api.Ready();
            using var client = new ApiClient(KubeConfig.Read(api.KubeConfig("kubeconfig")), TimeProvider.System);
            using var datastore = Open(etcd);
            var binding = await DatastoreBinding.BindAsync(client, datastore, null, default);
            Assert.Equal("/" + prefix.Trim('/'), binding.Prefix);
        }
    }

    [Fact]
    public async Task Touched_ImmutableSecret_IsWrittenTwiceAndAsItWas()
    {
        Testbed.Require();
        using var directory = new PrivateDirectory();
        var encryption = directory.At("encryption.yaml");
        await File.WriteAllTextAsync(encryption, Configuration("key1"));
        await using var etcd = await EtcdServer.Start(directory.At("etcd"));
        await using var api = new ApiServer(directory.Path, etcd.Url, encryption);
        api.Start();
        await api.Ready();
        var manifest = ApiServer.Manifest("Secret", "db", "value", encode: true);
        manifest["immutable"] = true;
        await api.Send(HttpMethod.Post, "/api/v1/namespaces/default/secrets", manifest);
        using var client = new ApiClient(KubeConfig.Read(api.KubeConfig("kubeconfig")), TimeProvider.System);
        using var datastore = Open(etcd);
        const string Key = "/registry/secrets/default/db";
        var before = (await datastore.GetAsync(Key, default))!.Value.Revision;
        var patience = new Patience(TimeSpan.FromMinutes(1), TimeProvider.System, _ => { });
        var map = new StorageMap(await ApiDiscovery.FindAsync(client, ["secrets"], default), "/registry");
        var count = await new TouchedObjects(client, map, 2, patience).RunAsync(
            datastore.ListAsync("/registry/secrets/", default),
            _ => { },
            default
        );
        Assert.Equal((1, 0), (count.Touched, count.RefusedCount));
        Assert.True((await datastore.GetAsync(Key, default))!.Value.Revision >= before + 2);
        var after = JsonNode.Parse(await api.Text("/api/v1/namespaces/default/secrets/db"))!;
        Assert.Null(after["metadata"]!["annotations"]);
        Assert.True((bool)after["immutable"]!);
        Assert.Equal("value", await api.Read("db"));
    }

    [Fact]
    public async Task Cluster_WholeApiServerWithoutAggregatedDiscovery_HasNoKeyThatIsNobodys()
    {
        Testbed.Require("kube-apiserver-1.20.2");
        using var directory = new PrivateDirectory();
        var encryption = directory.At("encryption.yaml");
        await File.WriteAllTextAsync(encryption, Configuration("key1"));
        await using var etcd = await EtcdServer.Start(directory.At("etcd"));
        await using var api = new ApiServer(
            directory.Path,
            etcd.Url,
            encryption,
            ApiProgram.Kubernetes120(directory.Path)
        );
        api.Start();
        await api.Ready();
        await Eventually.Holds(
            "the namespaces are made",
            async () => await api.Try("/api/v1/namespaces/kube-system") == System.Net.HttpStatusCode.OK
        );
        using var client = new ApiClient(KubeConfig.Read(api.KubeConfig("kubeconfig")), TimeProvider.System);
        using var datastore = Open(etcd);
        var found = await ApiDiscovery.DiscoverAsync(client, ["*.*"], default);
        Assert.Contains(found.Resources, r => r.QualifiedName == "deployments.apps");
        Assert.Empty(found.Down);
        var binding = await DatastoreBinding.BindAsync(client, datastore, null, default);
        var map = new StorageMap([.. found.Resources, .. found.Unpatchable], binding.Prefix);
        var census = await StoredCensus.TakeAsync(datastore, binding.Prefix, map, default);
        Assert.Empty(
            census
                .Groups.Where(g => g.Resource is null && !NeverEncrypted.Holds(g.Place, "/registry"))
                .Select(g => g.Place)
        );
        Assert.Contains(census.Groups, g => g.Place == "/registry/ranges/");
        Assert.Contains(census.Groups, g => g.Resource?.QualifiedName == "priorityclasses.scheduling.k8s.io");
        Assert.Contains(census.Groups, g => g.Resource?.QualifiedName == "services");
        Assert.Contains(census.Groups, g => g.Resource?.QualifiedName == "apiservices.apiregistration.k8s.io");
        Assert.Empty(await ReadableObjects.LookAsync(client, census, map, default));
    }
}
