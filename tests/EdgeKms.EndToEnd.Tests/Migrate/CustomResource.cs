using System.Text.Json.Nodes;

namespace EdgeKms.EndToEnd.Tests.Migrate;

/// <summary>A custom resource of a group, in the versions that it is served in; the first one is stored.</summary>
internal sealed record CustomResource(string Group, string Plural, string Kind, params string[] Versions)
{
    internal const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /// <summary>Where its objects are.</summary>
    internal string Collection => $"/apis/{Group}/{Versions[0]}/namespaces/default/{Plural}";

    internal JsonObject Definition() =>
        new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{Plural}.{Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = Group,
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject
                {
                    ["plural"] = Plural,
                    ["singular"] = Kind.ToLowerInvariant(),
                    ["kind"] = Kind,
                    ["listKind"] = Kind + "List",
                },
                ["versions"] = new JsonArray([.. Versions.Select((v, i) => (JsonNode)Version(v, isStored: i == 0))]),
            },
        };

    internal JsonObject Instance(string name, string value) =>
        new()
        {
            ["apiVersion"] = $"{Group}/{Versions[0]}",
            ["kind"] = Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = new JsonObject { ["value"] = value },
        };

    private static JsonObject Version(string name, bool isStored) =>
        new()
        {
            ["name"] = name,
            ["served"] = true,
            ["storage"] = isStored,
            ["schema"] = new JsonObject
            {
                ["openAPIV3Schema"] = new JsonObject
                {
                    ["type"] = "object",
                    ["x-kubernetes-preserve-unknown-fields"] = true,
                },
            },
        };
}
