using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>
/// A stand-in for kube-aggregator with an APIService whose server is down: its group is in <c>/apis</c>, in aggregated discovery with
/// freshness Stale and what it served when it was last seen, and each path below it answers 503 (kube-aggregator, handler_discovery.go
/// and handler_proxy.go).
/// </summary>
internal static class DownGroup
{
    private const string Group = "metrics.example.net";

    internal static ApiFront InFrontOf(ApiServer api) =>
        new(api)
        {
            Before = (_, path) =>
                Task.FromResult(
                    path.StartsWith("/apis/" + Group, StringComparison.Ordinal)
                        ? new FrontAnswer(
                            503,
                            "text/plain; charset=utf-8",
                            Encoding.UTF8.GetBytes("service unavailable\n")
                        )
                        : null
                ),
            After = (path, answer) => path == "/apis" ? answer with { Body = WithGroup(answer.Body) } : answer,
        };

    private static byte[] WithGroup(byte[] body)
    {
        var list = JsonNode.Parse(body)!;
        if ((string?)list["kind"] == "APIGroupDiscoveryList")
        {
            list["items"]!
                .AsArray()
                .Add(
                    JsonNode.Parse(
                        $$"""
                        {
                          "metadata": { "name": "{{Group}}", "creationTimestamp": null },
                          "versions": [{
                            "version": "v1beta1",
                            "freshness": "Stale",
                            "resources": [{
                              "resource": "samples", "scope": "Namespaced", "singularResource": "sample",
                              "responseKind": { "group": "{{Group}}", "version": "v1beta1", "kind": "Sample" },
                              "verbs": ["get", "list", "patch"]
                            }]
                          }]
                        }
                        """
                    )
                );
        }
        else
        {
            list["groups"]!
                .AsArray()
                .Add(
                    JsonNode.Parse(
                        $$"""
                        {
                          "name": "{{Group}}",
                          "versions": [{ "groupVersion": "{{Group}}/v1beta1", "version": "v1beta1" }],
                          "preferredVersion": { "groupVersion": "{{Group}}/v1beta1", "version": "v1beta1" }
                        }
                        """
                    )
                );
        }
        return Encoding.UTF8.GetBytes(list.ToJsonString());
    }
}
