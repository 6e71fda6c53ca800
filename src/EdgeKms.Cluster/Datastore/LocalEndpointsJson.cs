using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Cluster.Datastore;

/// <summary>Source-generated JSON of <see cref="LocalEndpoints"/>: camelCase, every member required.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(LocalEndpoints))]
internal sealed partial class LocalEndpointsJson : JsonSerializerContext;
