using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Tests.Reencrypt;
using EdgeKms.Contract.Failures;
using Microsoft.AspNetCore.Http;

namespace EdgeKms.Cluster.Tests.ApiServer;

public class ApiDiscoveryTests
{
    private const string Core = """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
          {"metadata":{"creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[
            {"resource":"secrets","scope":"Namespaced","verbs":["create","get","list","patch"],
             "subresources":[{"subresource":"status","verbs":["get"]}]},
            {"resource":"componentstatuses","scope":"Cluster","verbs":["get","list"]},
            {"resource":"bindings","scope":"Namespaced","verbs":["create"]},
            {"resource":"namespaces","scope":"Cluster","verbs":["get","list","patch"]}]}]}]}
        """;

    private const string Groups = """
        {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
          {"metadata":{"name":"apps"},"versions":[{"version":"v1","freshness":"Current","resources":[
            {"resource":"deployments","scope":"Namespaced","verbs":["get","list","patch"]}]}]},
          {"metadata":{"name":"example.org"},"versions":[
            {"version":"v1","freshness":"Current","resources":[
              {"resource":"things","scope":"Namespaced","verbs":["get","list","patch"]},
              {"resource":"mixed","scope":"Cluster","verbs":["get"]}]},
            {"version":"v1alpha1","freshness":"Current","resources":[
              {"resource":"things","scope":"Namespaced","verbs":["get","list","patch"]},
              {"resource":"mixed","scope":"Cluster","verbs":["list","patch"]},
              {"resource":"olds","scope":"Cluster","verbs":["list","patch"]}]}]},
          {"metadata":{"name":"metrics.k8s.io"},"versions":[{"version":"v1beta1","freshness":"Stale","resources":[
            {"resource":"pods","scope":"Namespaced","verbs":["get","list"]}]}]},
          {"metadata":{"name":"half.io"},"versions":[
            {"version":"v1","freshness":"Stale"},
            {"version":"v1beta1","freshness":"Current","resources":[
              {"resource":"halves","scope":"Cluster","verbs":["list","patch"]}]}]},
          {"metadata":{"name":"empty.io"}},
          {"metadata":{"name":"well.io"},"versions":[{"version":"v1","freshness":"Stale"}]}]}
        """;

    /// <summary>The same cluster without aggregated discovery.</summary>
    private static readonly Dictionary<string, string> s_single = new(StringComparer.Ordinal)
    {
        ["/api"] = """{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":[]}""",
        ["/api/v1"] = """
            {"kind":"APIResourceList","resources":[
              {"name":"secrets","namespaced":true,"verbs":["get","list","patch"]},
              {"name":"secrets/status","namespaced":true,"verbs":["get","list","patch"]},
              {"name":"componentstatuses","namespaced":false,"verbs":["get","list"]},
              {"name":"bindings","namespaced":true,"verbs":["create"]},
              {"name":"namespaces","namespaced":false,"verbs":["get","list","patch"]}]}
            """,
        ["/apis"] = """
            {"kind":"APIGroupList","groups":[
              {"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"version":"v1"}},
              {"name":"example.org","versions":[{"version":"v1alpha1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}},
              {"name":"metrics.k8s.io","versions":[{"version":"v1beta1"}],"preferredVersion":{"version":"v1beta1"}},
              {"name":"half.io","versions":[{"version":"v1"},{"version":"v1beta1"}],"preferredVersion":{"version":"v1"}},
              {"name":"empty.io","versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}},
              {"name":"well.io","versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}}]}
            """,
        ["/apis/apps/v1"] = """{"resources":[{"name":"deployments","namespaced":true,"verbs":["list","patch"]}]}""",
        ["/apis/example.org/v1"] = """
            {"resources":[{"name":"things","namespaced":true,"verbs":["list","patch"]},
              {"name":"mixed","namespaced":false,"verbs":["get"]}]}
            """,
        ["/apis/example.org/v1alpha1"] = """
            {"resources":[{"name":"things","namespaced":true,"verbs":["list","patch"]},
              {"name":"mixed","namespaced":false,"verbs":["list","patch"]},
              {"name":"olds","namespaced":false,"verbs":["list","patch"]}]}
            """,
        ["/apis/half.io/v1beta1"] = """{"resources":[{"name":"halves","namespaced":false,"verbs":["list","patch"]}]}""",
        ["/apis/empty.io/v1"] = "<html>502</html>",
        ["/apis/well.io/v1"] = """{"resources":[{"name":"wells","namespaced":false,"verbs":["list","patch"]}]}""",
    };

    /// <summary>Answers discovery; a path that it doesn't know is of an aggregated API server that is down.</summary>
    private static Task<FakeCluster> Cluster(string? aggregated, Dictionary<string, string>? answers = null) =>
        FakeCluster.Start(
            0,
            async context =>
            {
                var path = context.Request.Path.Value!;
                var asksForIt =
                    aggregated is not null
                    && context.Request.Headers.Accept.ToString().Contains($"v={aggregated};", StringComparison.Ordinal);
                var body =
                    asksForIt && path == "/api" ? Core
                    : asksForIt && path == "/apis" ? Groups
                    : (answers ?? s_single).GetValueOrDefault(path);
                if (body is null)
                    context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                await context.Response.WriteAsync(body ?? "service unavailable");
                return true;
            }
        );

    private static string Line(DiscoveredResources found) =>
        string.Join(' ', found.Resources.Select(r => $"{r.QualifiedName}/{r.Version}{(r.Namespaced ? "" : "*")}"))
        + $" | {string.Join(' ', found.Unserved)} | {string.Join(' ', found.Down)}"
        + $" | {string.Join(' ', found.Unpatchable.Select(r => r.QualifiedName))}";

    [Theory]
    [InlineData("secrets", "secrets/v1 |  |  | ")]
    [InlineData("secrets.", "secrets/v1 |  |  | ")]
    [InlineData("*.", "secrets/v1 namespaces/v1* |  |  | componentstatuses")]
    [InlineData(
        "*.example.org",
        "things.example.org/v1 mixed.example.org/v1alpha1* olds.example.org/v1alpha1* |  |  | "
    )]
    [InlineData("olds.example.org", "olds.example.org/v1alpha1* |  |  | ")]
    [InlineData("nobodys.example.org secret", " | nobodys.example.org secret |  | ")]
    [InlineData("nobodys.unknown.org *.other.org", " | nobodys.unknown.org |  | ")]
    [InlineData("componentstatuses", " |  |  | componentstatuses")]
    [InlineData("pods.metrics.k8s.io", " |  | metrics.k8s.io | ")]
    [InlineData("*.half.io", "halves.half.io/v1beta1* |  | half.io/v1 | ")]
    [InlineData("wells.well.io", "wells.well.io/v1* |  |  | ")]
    [InlineData(
        "*.*",
        "secrets/v1 namespaces/v1* deployments.apps/v1 things.example.org/v1 mixed.example.org/v1alpha1* olds.example.org/v1alpha1* "
            + "halves.half.io/v1beta1* wells.well.io/v1* |  | metrics.k8s.io half.io/v1 empty.io | componentstatuses"
    )]
    public async Task Discover_Names_AreThoseOfAllVersionsHoweverTheyAreServed(string names, string expected)
    {
        foreach (var aggregated in new[] { "v2", "v2beta1", null })
        {
            await using var cluster = await Cluster(aggregated);
            var found = await ApiDiscovery.DiscoverAsync(cluster.Api, names.Split(' '), default);
            Assert.Equal(expected, Line(found));
        }
    }

    [Theory]
    [InlineData("<html>a proxy</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"Status","message":"odd"}""")]
    [InlineData("""{"kind":7}""")]
    [InlineData("""{"versions":[null]}""")]
    [InlineData("""{"kind":"APIGroupDiscoveryList","items":[{"versions":[{}]}]}""")]
    [InlineData(
        """{"kind":"APIGroupDiscoveryList","items":[{"versions":[{"version":"v1","resources":[{"scope":1}]}]}]}"""
    )]
    [InlineData("""{"kind":"APIVersions","versions":["v1"]""")]
    public async Task Discover_AnswerOfSomethingElse_IsSaid(string body)
    {
        await using var cluster = await Cluster(null, new(StringComparer.Ordinal) { ["/api"] = body });
        var e = await Assert.ThrowsAsync<CommandException>(() =>
            ApiDiscovery.DiscoverAsync(cluster.Api, ["secrets"], default)
        );
        Assert.Equal("what answers to /api is no API server: it lists no groups", e.Message);
    }

    [Fact]
    public async Task Discover_CoreGroupDown_Fails()
    {
        await using var cluster = await Cluster(null, new(StringComparer.Ordinal) { ["/api"] = s_single["/api"] });
        await Assert.ThrowsAsync<CommandException>(() => ApiDiscovery.DiscoverAsync(cluster.Api, ["*.*"], default));
    }
}
