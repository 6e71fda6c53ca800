using System.Globalization;
using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Scan;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Cluster.Tests.Reencrypt;
using EdgeKms.Cluster.Verify;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Writers;

/// <summary>
/// A file with several entries has our provider under several names (<c>edgekms</c>, <c>edgekms-2</c>, <c>edgekms-3</c>), since
/// kube-apiserver refuses one that stands twice: whoever looks for it finds all of them, and no other provider.
/// </summary>
public sealed class ProviderFamilyTests : IDisposable
{
    private const string Socket = "/run/edgekms/kms.sock";
    private const string Status = "apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds";
    private const string Uses = "apiserver_envelope_encryption_key_id_hash_total";

    private static readonly string[] s_resources = ["secrets", "configmaps", "things.example.org"];
    private static readonly string[] s_places = ["secrets/n", "configmaps/n", "example.org/things"];
    private static readonly ActiveKey s_key = new("edgekms", "k2.x", "sha256:22");

    private static readonly Expectation s_expected = new(
        "edgekms",
        Socket,
        new ProviderState("k2.x", "sha256:22", null, null),
        null,
        "default",
        "/registry"
    );

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // Names of the entries' writers, in their order; which of them are ours.
    public static TheoryData<string, string> Files =>
        new()
        {
            { "edgekms", "edgekms" },
            { "edgekms edgekms-2", "edgekms edgekms-2" },
            { "edgekms-2 edgekms", "edgekms-2 edgekms" },
            { "edgekms edgekms-2 edgekms-3", "edgekms edgekms-2 edgekms-3" },
            { "edgekms edgekms-old edgekms-3", "edgekms edgekms-3" },
            { "edgekms-2 other edgekms2", "edgekms-2" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Scan_ObjectsOfEachName_AreOurs(string names, string own)
    {
        using var datastore = new SqliteDatastore(Stored(names, key: "k2.x"));
        var scope = new ScanScope("/registry", "all", [.. Covered(names)], Everything: true, null);

        var report = await new Scanner(datastore, s_key.Expectation, TimeProvider.System).RunAsync(
            scope,
            null,
            default
        );

        Assert.Equal((Count(own), Count(names) - Count(own)), (report.Active, report.Foreign));
        Assert.Equal(Count(own), LastScanReport.Of(report)!.Keys!.Sum(k => k.Objects));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Remove_ObjectsOfEachName_StopIt(string names, string own)
    {
        using var datastore = new SqliteDatastore(Stored(names, key: "k1.x"));

        var stored = await StoredByProvider.CountAsync(datastore, "/registry", "edgekms", default);

        Assert.Equal(Count(own), stored.Objects);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Reencrypt_EntriesOfEachName_AreFoundAndMoved(string names, string own)
    {
        var file = File(names);
        var configured = ConfiguredWriters.Read(file, "edgekms");
        using var datastore = new SqliteDatastore(Stored(names, key: "k1.x"));
        var patched = new List<string>();
        await using var cluster = await FakeCluster.Start(
            0,
            async c =>
            {
                if (c.Request.Method != "PATCH")
                    return await Discovery(c);
                lock (patched)
                    patched.Add(c.Request.Path.Value!);
                return false;
            }
        );

        Assert.Equal(own, string.Join(' ', configured.OwnNames));
        Assert.Equal(Count(own) == Count(names), UnmovableResources.Refuse(configured, []) is null);
        var found = await EncryptedResources.FindAsync(cluster.Api, file, "edgekms", [], default);
        Assert.Equal(Count(own), found.Count);
        var patience = new Patience(TimeSpan.FromSeconds(1), TimeProvider.System, cluster.Said.Enqueue);
        await new Reencryption(
            new ReencryptedCluster(cluster.Api, datastore, "/registry", s_key, found, null),
            new Rewrite(cluster.Api, 1, patience, cluster.Said.Enqueue),
            patience,
            new JournalFile(_directory["journal.json"]),
            cluster.Said.Enqueue,
            _ => { },
            TimeProvider.System
        ).RunAsync(default);
        Assert.Equal(Count(own), patched.Count);
    }

    // Under the active key already: whichever of the names it is, nothing is to be sent.
    [Fact]
    public void Reencrypt_ObjectsUnderTheActiveKey_AreFreshUnderEachName()
    {
        foreach (var name in new[] { "edgekms", "edgekms-2", "edgekms-3" })
            Assert.True(s_key.Holds(StoredValue.Parse(Under(name, "k2.x"))));
        foreach (var name in new[] { "other", "edgekms-old", "edgekms2" })
            Assert.False(s_key.Holds(StoredValue.Parse(Under(name, "k2.x"))));
    }

    // What the API server saw last (name, hash, time), the names that write as the file has them (- for no file), what it waits for.
    [Theory]
    [InlineData("edgekms:22:100", "edgekms", null)]
    [InlineData("edgekms:22:100 edgekms-2:22:90", "edgekms edgekms-2", null)]
    [InlineData(
        "edgekms:22:100 edgekms-2:11:90",
        "edgekms edgekms-2",
        "still uses key sha256:11 of provider \"edgekms-2\""
    )]
    [InlineData(
        "edgekms:22:100 edgekms-2:22:90 edgekms-3:11:95",
        "edgekms edgekms-2 edgekms-3",
        "of provider \"edgekms-3\""
    )]
    [InlineData("edgekms:11:50 edgekms:22:100 edgekms-2:11:40 edgekms-2:22:90", "edgekms edgekms-2", null)]
    [InlineData("edgekms:22:100", "edgekms edgekms-2", "name no key of provider \"edgekms-2\"")]
    // Of a configuration before, which writes nothing any more.
    [InlineData("edgekms:22:100 edgekms-2:11:90", "edgekms", null)]
    [InlineData("edgekms:22:100 edgekms-2:11:90", "-", "of provider \"edgekms-2\"")]
    [InlineData("edgekms:22:400 edgekms-2:11:90", "-", null)]
    [InlineData("edgekms-2:22:100", "-", null)]
    [InlineData("edgekms:22:100 other:11:100 edgekms-old:11:100", "-", null)]
    public async Task Wait_EachName_HasItsOwnProbeAndTime(string seen, string writing, string? reason)
    {
        await using var cluster = await FakeCluster.Start(
            0,
            async c =>
            {
                if (c.Request.Path == "/metrics")
                    await c.Response.WriteAsync(Seen(seen));
                return c.Request.Path == "/metrics";
            }
        );
        var wait = new KeyOfApiServer(
            cluster.Api,
            null,
            "/registry",
            TimeSpan.Zero,
            TimeProvider.System,
            cluster.Said.Enqueue,
            "/f",
            writing == "-" ? null : writing.Split(' ')
        );

        var e = await Record.ExceptionAsync(() => wait.WaitAsync(s_key, default));

        Assert.Equal(reason is null, e is null);
        if (e is not null)
            Assert.Contains(reason!, Assert.IsType<CommandException>(e).Message);
    }

    [Fact]
    public async Task Reencrypt_WritesOfEachName_ProveByMetrics()
    {
        await using var cluster = await FakeCluster.Start(
            0,
            async c =>
            {
                await c.Response.WriteAsync(
                    Wrote("edgekms", "22", 1)
                        + Wrote("edgekms-2", "22", 2)
                        + Wrote("edgekms-3", "11", 4)
                        + Wrote("other", "11", 8)
                );
                return true;
            }
        );
        Assert.Equal(new WritesByKey(3, 4), await WritesByKey.ReadAsync(cluster.Api, s_key, default));
    }

    [Theory]
    [InlineData("edgekms:22:100", "edgekms", CheckOutcome.Ok)]
    [InlineData("edgekms:22:100 edgekms-2:22:90", "edgekms-2", CheckOutcome.Ok)]
    [InlineData("edgekms:22:100 edgekms-2:11:90", "edgekms", CheckOutcome.Failed)]
    [InlineData("edgekms:22:400 edgekms-2:11:90", "edgekms", CheckOutcome.Ok)]
    [InlineData("edgekms-old:22:100", "edgekms-old", CheckOutcome.Failed)]
    public void Verify_Metrics_AreOfEachName(string seen, string wrote, CheckOutcome expected)
    {
        var text = Encoding.ASCII.GetBytes(Seen(seen) + Wrote(wrote, "22", 1));
        Assert.Equal(expected, MetricsCheck.Of(text, s_expected, wroteProbe: true).Outcome);
    }

    [Theory]
    [InlineData("edgekms", CheckOutcome.Ok)]
    [InlineData("edgekms-2", CheckOutcome.Ok)]
    [InlineData("edgekms-3", CheckOutcome.Ok)]
    [InlineData("edgekms-old", CheckOutcome.Failed)]
    [InlineData("edgekms2", CheckOutcome.Failed)]
    public void Verify_SecretsOfThisName_AreOurs(string name, CheckOutcome expected)
    {
        var configured = new ConfiguredProvider("kms", name, "v2", "unix://" + Socket);
        var stored = new StoredObject("/x", StoredValue.Parse(Under(name, "k2.x")), 1);
        Assert.Equal(expected, ConfigurationCheck.Of("/f", [configured], s_expected).Outcome);
        Assert.Equal(expected, StoredValueCheck.Of("etcd", "/x", stored, s_expected).Outcome);
    }

    private static int Count(string names) => names.Split(' ').Length;

    private static IEnumerable<ScannedResource> Covered(string names) =>
        s_resources.Take(Count(names)).Select(r => ScannedResource.Of(r, "/registry"));

    private static byte[] Under(string name, string key) =>
        [.. Encoding.ASCII.GetBytes($"k8s:enc:kms:v2:{name}:"), .. StoredValueTests.Message(key)];

    private static string Seen(string seen) =>
        string.Concat(
            seen.Split(' ')
                .Select(s => s.Split(':'))
                .Select(s => $"{Status}{{key_id_hash=\"sha256:{s[1]}\",provider_name=\"{s[0]}\"}} {s[2]}\n")
        );

    private static string Wrote(string name, string hash, int count) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Uses}{{key_id_hash=\"sha256:{hash}\",provider_name=\"{name}\",transformation_type=\"to_storage\"}} {count}\n"
        );

    /// <summary>An object of each entry's resource, under its writer.</summary>
    private string Stored(string names, string key)
    {
        using var kine = new KineFile(_directory["state.db"]);
        foreach (var (name, place) in names.Split(' ').Zip(s_places))
            kine.Put($"/registry/{place}/a", Under(name, key));
        return kine.Path;
    }

    private string File(string names)
    {
        var path = _directory["encryption-config.yaml"];
        System.IO.File.WriteAllText(
            path,
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
                + string.Concat(
                    names
                        .Split(' ')
                        .Zip(s_resources)
                        .Select(e =>
                            $"- resources: [{e.Second}]\n  providers:\n  - kms: {{name: {e.First}, apiVersion: v2, endpoint: 'unix://{Socket}'}}\n"
                        )
                )
        );
        return path;
    }

    private static async Task<bool> Discovery(HttpContext context)
    {
        var answer = context.Request.Path.Value switch
        {
            "/api" => """{"kind":"APIVersions","versions":["v1"]}""",
            "/api/v1" =>
                """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"secrets","namespaced":true,"kind":"Secret","verbs":["list","patch"]},{"name":"configmaps","namespaced":true,"kind":"ConfigMap","verbs":["list","patch"]}]}""",
            "/apis" =>
                """{"kind":"APIGroupList","groups":[{"name":"example.org","versions":[{"groupVersion":"example.org/v1","version":"v1"}],"preferredVersion":{"groupVersion":"example.org/v1","version":"v1"}}]}""",
            "/apis/example.org/v1" =>
                """{"kind":"APIResourceList","groupVersion":"example.org/v1","resources":[{"name":"things","namespaced":false,"kind":"Thing","verbs":["list","patch"]}]}""",
            _ => null,
        };
        if (answer is not null)
            await context.Response.WriteAsync(answer);
        return answer is not null;
    }
}
