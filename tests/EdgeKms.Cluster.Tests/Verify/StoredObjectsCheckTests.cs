using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Cluster.Tests.Reencrypt;
using EdgeKms.Cluster.Verify;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Verify;

/// <summary>An API server that stores in a file of kine, whose Secrets may be of another day than its configuration.</summary>
public sealed class StoredObjectsCheckTests : IDisposable
{
    private const string Key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
    private const string Own = "k8s:enc:kms:v2:edgekms:";
    private const string Old = "k8s:enc:aescbc:v1:key1:";

    private static readonly Expectation s_expected = new(
        "edgekms",
        "/run/edgekms/kms.sock",
        new ProviderState("k2.x", "sha256:22", null, null),
        null,
        "default",
        "/registry"
    );

    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _kine;
    private readonly List<string> _read = [];
    private (int Status, string Message) _answer = (200, "");

    public StoredObjectsCheckTests() => _kine = new KineFile(_directory["state.db"]);

    public void Dispose()
    {
        _kine.Dispose();
        _directory.Dispose();
    }

    private string Config => _directory["enc.yaml"];

    [Fact]
    public async Task Run_EverythingIsRead_SaysWhatWasLookedAt()
    {
        Store("a", Own, "k2.x");
        Store("b", Own, "k1.x");
        Store("c", Own, "k1.x");

        var line = await Run(File());

        Assert.Equal(CheckOutcome.Ok, line.Outcome);
        Assert.Equal(
            $"{Config} has the provider of each of 3 objects below /registry, and one of each of its kinds and keys was read through the API server",
            line.Detail
        );
        // One for each key, and no more.
        Assert.Equal(["a", "b"], _read);
    }

    [Fact]
    public async Task Run_DatastoreOfBeforeAMigration_NamesTheKeptFileAndTheCommand()
    {
        Store("a", Old, null);
        Store("b", Own, "k2.x");
        var kept = _directory["enc.yaml.before-migration-1"];
        System.IO.File.WriteAllText(kept, Text($"aescbc: {{keys: [{{name: key1, secret: {Key}}}]}}"));

        var line = await Run(File(), s_expected with { KeptFiles = [kept] });

        Assert.Equal(CheckOutcome.Failed, line.Outcome);
        Assert.Equal($"1 stored objects are not readable with {Config}, such as /registry/secrets/n/a", line.Detail);
        Assert.Equal("stored with aescbc \"key1\", which no provider of the configuration reads", line.Cause);
        Assert.Equal($"edgekms migrate --to kms --encryption-config {Config} --readers-from {kept}", line.Next);
    }

    [Fact]
    public async Task Run_ObjectThatTheApiServerCannotRead_Fails()
    {
        Store("a", Own, "k2.x");
        _answer = (500, "Internal error occurred: failed to decrypt DEK");
        foreach (var file in new[] { File(), null })
        {
            var line = await Run(file);
            Assert.Equal(CheckOutcome.Failed, line.Outcome);
            Assert.Contains(
                "such as /registry/secrets/n/a: Internal error occurred: failed to decrypt DEK",
                line.Detail
            );
            Assert.Contains("can't open a key that stored objects need", line.Cause);
        }
    }

    // Without a file the API alone is asked; where nothing can be asked, nothing is said.
    [Fact]
    public async Task Run_WhatCannotBeLookedAt_IsSaid()
    {
        Store("a", Old, null);
        Assert.Contains("whether the file on disk reads all of them was not looked at", (await Run(null)).Detail);
        _answer = (403, "forbidden");
        Assert.Equal(CheckOutcome.Skipped, (await Run(null)).Outcome);
    }

    [Theory]
    [InlineData(false, CheckOutcome.Skipped)]
    [InlineData(true, CheckOutcome.Failed)]
    public async Task Run_AnotherClustersDatastore_FailsWhereAPersonNamedIt(bool isNamed, CheckOutcome expected)
    {
        using var other = new KineFile(_directory["other.db"]);
        other.Put("/registry/secrets/n/a", Value(Own, "k2.x"));

        var line = await Run(
            File(),
            s_expected with
            {
                IsDatastoreNamed = isNamed,
            },
            () => new SqliteDatastore(other.Path)
        );

        Assert.Equal(expected, line.Outcome);
        Assert.Contains("is not this API server's datastore", line.Detail + line.Cause);
        Assert.Empty(_read);
    }

    [Theory]
    [InlineData(false, CheckOutcome.Skipped)]
    [InlineData(true, CheckOutcome.Failed)]
    public async Task Run_DatastoreThatCannotBeOpened_FailsWhereAPersonNamedIt(bool isNamed, CheckOutcome expected)
    {
        var line = await Run(
            File(),
            s_expected with
            {
                IsDatastoreNamed = isNamed,
            },
            () => throw new CommandException(ExitCode.Unreachable, "nobody listens", "look")
        );
        Assert.Equal(expected, line.Outcome);
        Assert.Contains("nobody listens", line.Detail + line.Cause);
    }

    [Fact]
    public async Task Run_NoDatastoreAtHand_IsSkipped()
    {
        var line = await Run(File(), s_expected, () => null);
        Assert.Equal(CheckOutcome.Skipped, line.Outcome);
        Assert.Contains("name it with --etcd-endpoints or --sqlite", line.Detail);
    }

    private async Task<CheckLine> Run(
        EncryptionFile? file,
        Expectation? expected = null,
        Func<IDatastore?>? datastore = null
    )
    {
        await using var cluster = await FakeCluster.Start(0, Answer);
        datastore ??= () => new SqliteDatastore(_kine.Path);
        using var opened = new OpenedDatastore(_ => Task.FromResult(datastore()));
        return await StoredObjectsCheck.RunAsync(cluster.Api, opened, file, expected ?? s_expected, default);
    }

    private void Store(string name, string prefix, string? key) =>
        _kine.Put($"/registry/secrets/n/{name}", Value(prefix, key));

    private static byte[] Value(string prefix, string? key) =>
        [.. Encoding.ASCII.GetBytes(prefix), .. key is null ? "x"u8.ToArray() : StoredValueTests.Message(key)];

    private EncryptionFile File()
    {
        System.IO.File.WriteAllText(Config, Text("kms: {name: edgekms, apiVersion: v2, endpoint: 'unix:///k'}"));
        return EncryptionFile.Read(Config);
    }

    private static string Text(string provider) =>
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
        + $"- resources: [secrets]\n  providers:\n  - {provider}\n";

    private async Task<bool> Answer(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        if (method == "DELETE")
            _kine.Put($"/registry/secrets/default/{path[(path.LastIndexOf('/') + 1)..]}", null, deleted: true);
        if (path == "/api/v1/namespaces/kube-system")
            return await FakeCluster.Fail(context, 404, "not found");
        if (method == "POST")
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var name = body.RootElement.GetProperty("metadata").GetProperty("name").GetString();
            _kine.Put($"/registry/secrets/default/{name}", Value(Own, "k2.x"));
            await context.Response.WriteAsync($$$"""{"metadata":{"resourceVersion":"{{{_kine.Newest()}}}"}}""");
            return true;
        }
        if (path.StartsWith("/api/v1/namespaces/n/secrets/", StringComparison.Ordinal))
        {
            _read.Add(path[(path.LastIndexOf('/') + 1)..]);
            return _answer.Status != 200 && await FakeCluster.Fail(context, _answer.Status, _answer.Message);
        }
        var answer = path switch
        {
            "/api" => """{"kind":"APIVersions","versions":["v1"]}""",
            "/api/v1" =>
                """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"secrets","namespaced":true,"kind":"Secret","verbs":["get","list","patch"]}]}""",
            "/apis" => """{"kind":"APIGroupList","groups":[]}""",
            _ => null,
        };
        if (answer is not null)
            await context.Response.WriteAsync(answer);
        return answer is not null;
    }
}
