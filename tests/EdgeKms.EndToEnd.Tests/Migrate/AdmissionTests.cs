using System.Net;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>Some objects may not be stored anew: a policy or a webhook stands against it.</summary>
public sealed class AdmissionTests
{
    private const string Plain = "k8s\0";
    private const string Registration = "/apis/admissionregistration.k8s.io/v1/";

    [Fact]
    public async Task Migrate_ObjectsThatAPolicyAndAWebhookRefuse_NamesThemAndGoesOnWithoutThem()
    {
        var program = ApiProgram.Lite with
        {
            Flags =
            [
                .. ApiProgram.Lite.Flags,
                "--enable-admission-plugins=ValidatingAdmissionPolicy,ValidatingAdmissionWebhook",
            ],
        };
        await using var webhook = new DenyingWebhook();
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 5, program);
        await Create(cluster, "kept-by-policy", "policy");
        await Create(cluster, "kept-by-webhook", "webhook");
        foreach (
            var (resource, manifest) in Policy()
                .Append(("validatingwebhookconfigurations", webhook.Configuration("webhook")))
        )
            await cluster.Api.Send(HttpMethod.Post, Registration + resource, manifest);
        foreach (var name in new[] { "kept-by-policy", "kept-by-webhook" })
            await Eventually.Holds($"{name} is refused", async () => !await MayBeStored(cluster, name));

        var refused = await cluster.Migrate("--to", "kms");

        Assert.True(refused.Exit == 1, refused.ToString());
        Assert.Contains("the API server refuses to store 2 objects", refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            "Refused: secrets default/kept-by-policy: ValidatingAdmissionPolicy 'closed' with binding 'closed' denied request: not today",
            refused.Output.Replace("secrets \"kept-by-policy\" is forbidden: ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"Refused: secrets default/kept-by-webhook: admission webhook \"{DenyingWebhook.Name}\" denied the request: {DenyingWebhook.Message}",
            refused.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(2, await cluster.StoredWith(Plain));
        await cluster.AllAreReadable();
        await cluster.RestartApiServer();
        await cluster.AllAreReadable();

        // Half mended: the other one still stands against it.
        await cluster.Api.Send(HttpMethod.Delete, Registration + "validatingwebhookconfigurations/no", null);
        await Eventually.Holds("the webhook is gone", () => MayBeStored(cluster, "kept-by-webhook"));
        var again = await cluster.Migrate("--to", "kms");
        Assert.True(again.Exit == 1, again.ToString());
        Assert.Contains("refuses to store 1 object", again.Error, StringComparison.Ordinal);
        await cluster.AllAreReadable();

        await cluster.Api.Send(HttpMethod.Delete, Registration + "validatingadmissionpolicybindings/closed", null);
        await Eventually.Holds("the policy is gone", () => MayBeStored(cluster, "kept-by-policy"));
        var result = await cluster.Migrate("--to", "kms");

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(0, await cluster.StoredWith(Plain));
        Assert.False(File.Exists(cluster.Journal));
        await cluster.AllAreReadable();
    }

    private static Task Create(MovingCluster cluster, string name, string label)
    {
        var manifest = ApiServer.Manifest("Secret", name, "a value", encode: true);
        manifest["metadata"]!["labels"] = new JsonObject { ["by"] = label };
        return cluster.Create("/api/v1/namespaces/default/secrets", manifest);
    }

    /// <summary>What a rewrite asks for, as a dry run.</summary>
    private static async Task<bool> MayBeStored(MovingCluster cluster, string name)
    {
        var (status, _, _) = await cluster.Api.Forward(
            "PATCH",
            $"/api/v1/namespaces/default/secrets/{name}?dryRun=All",
            "application/json",
            "application/merge-patch+json",
            "{\"metadata\":{}}"u8.ToArray()
        );
        return status == (int)HttpStatusCode.OK;
    }

    private static IEnumerable<(string Resource, JsonObject Manifest)> Policy() =>
        [
            (
                "validatingadmissionpolicies",
                JsonNode
                    .Parse(
                        """
                        {
                          "apiVersion": "admissionregistration.k8s.io/v1",
                          "kind": "ValidatingAdmissionPolicy",
                          "metadata": { "name": "closed" },
                          "spec": {
                            "failurePolicy": "Fail",
                            "matchConstraints": {
                              "namespaceSelector": {}, "objectSelector": { "matchLabels": { "by": "policy" } }, "matchPolicy": "Equivalent",
                              "resourceRules": [{ "apiGroups": [""], "apiVersions": ["v1"], "operations": ["UPDATE"], "resources": ["secrets"], "scope": "*" }]
                            },
                            "validations": [{ "expression": "false", "message": "not today" }]
                          }
                        }
                        """
                    )!
                    .AsObject()
            ),
            (
                "validatingadmissionpolicybindings",
                JsonNode
                    .Parse(
                        """
                        {
                          "apiVersion": "admissionregistration.k8s.io/v1",
                          "kind": "ValidatingAdmissionPolicyBinding",
                          "metadata": { "name": "closed" },
                          "spec": { "policyName": "closed", "validationActions": ["Deny"] }
                        }
                        """
                    )!
                    .AsObject()
            ),
        ];
}
