using System.Text.Json.Serialization;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>Source-generated JSON of <c>endpoints.json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EndpointsFile))]
internal sealed partial class EndpointsJson : JsonSerializerContext;
