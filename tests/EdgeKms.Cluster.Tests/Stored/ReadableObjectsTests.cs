using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Stored;
using EdgeKms.Cluster.Tests.Reencrypt;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.Stored;

public class ReadableObjectsTests
{
    private static readonly ApiResource s_secrets = new("", "v1", "secrets", Namespaced: true);
    private static readonly ApiResource s_things = new("example.org", "v1alpha1", "things", Namespaced: false);
    private static readonly StorageMap s_map = new([s_secrets, s_things], "/registry");

    // As kube-apiserver 1.36 answers.
    private const string Causes =
        ""","reason":"InternalError","details":{"causes":[{"message":"no matching prefix found"}]},"code":500""";

    private static StoredGroup Secrets(string[] examples, params (string Id, string Example)[] keys) =>
        new(
            s_secrets,
            "/registry/secrets/",
            StoredForm.KmsV2,
            new StoredPrefix("kms", "v2", "old"),
            9,
            [.. examples.Select(e => "/registry/secrets/" + e)],
            [.. keys.Select(k => k.Id)]
        )
        {
            ExamplesOfKeys = [.. keys.Select(k => "/registry/secrets/" + k.Example)],
        };

    /// <summary>Objects are named after what a GET of them is answered with.</summary>
    private static async Task<(string Found, string Asked)> Look(params StoredGroup[] groups)
    {
        var asked = new List<string>();
        await using var cluster = await FakeCluster.Start(
            0,
            async context =>
            {
                var path = context.Request.Path.Value!;
                asked.Add(path[(path.LastIndexOf('/') + 1)..]);
                Assert.Equal(
                    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
                    context.Request.Headers.Accept.ToString()
                );
                var status = int.Parse(path.Split('-')[^1], System.Globalization.CultureInfo.InvariantCulture);
                return status != 200
                    && await FakeCluster.Fail(
                        context,
                        status,
                        "Internal error occurred: no matching\\nprefix found",
                        Causes
                    );
            }
        );
        var census = new StoredCensus(groups.Sum(g => g.Count), groups);
        var found = await ReadableObjects.LookAsync(cluster.Api, census, s_map, default);
        return (string.Join(' ', found.Select(f => $"{f.Example}: {f.Reason}")), string.Join(' ', asked));
    }

    [Theory]
    [InlineData("a-200 b-500", "", "a-200", "")]
    [InlineData("a-500 b-200", "", "a-500", "a-500")]
    [InlineData("a-503", "", "a-503", "a-503")]
    [InlineData("a-404 b-404 c-500", "", "a-404 b-404 c-500", "c-500")]
    [InlineData("a-404 b-200 c-500", "", "a-404 b-200", "")]
    [InlineData("a-404 b-404 c-404", "", "a-404 b-404 c-404", "")]
    [InlineData("a-405", "", "a-405", "")]
    // Of each key one: the ring may lack one of them.
    [InlineData("a-200", "a-200 k-500 l-200 m-500", "a-200 k-500 l-200 m-500", "k-500 m-500")]
    [InlineData("a-404 b-500", "a-404", "a-404 a-404 b-500", "b-500")]
    public async Task Look_Objects_AreReadUntilOneIsThere(string examples, string keys, string asked, string unreadable)
    {
        var names = keys.Length == 0 ? [] : keys.Split(' ');
        var group = Secrets([.. examples.Split(' ').Select(e => "n/" + e)], [.. names.Select(k => (k, "n/" + k))]);
        var found = await Look(group);
        Assert.Equal(asked, found.Asked);
        Assert.Equal(
            string.Join(
                ' ',
                unreadable
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(u => $"/registry/secrets/n/{u}: Internal error occurred: no matching prefix found")
            ),
            found.Found
        );
    }

    [Fact]
    public async Task Look_EachGroup_IsReadWhereItIsServed()
    {
        var found = await Look(
            new StoredGroup(
                null,
                "/registry/gone.org/x/",
                StoredForm.LocalKey,
                null,
                1,
                ["/registry/gone.org/x/y-500"],
                []
            ),
            Secrets(["odd-500"]),
            new StoredGroup(
                s_things,
                "/registry/example.org/things/",
                StoredForm.Plain,
                null,
                1,
                ["/registry/example.org/things/t-500"],
                []
            )
        );
        Assert.Equal("t-500", found.Asked);
        Assert.StartsWith("/registry/example.org/things/t-500: ", found.Found);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Look_UserMayNot_Fails(int status)
    {
        var e = await Assert.ThrowsAsync<CommandException>(() => Look(Secrets([$"n/a-{status}"])));
        Assert.Equal(ExitCode.Permission, e.ExitCode);
    }
}
