using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeKms.Cluster.ControlPlane;

namespace EdgeKms.Cli.ControlPlane;

/// <summary>Source-generated JSON of what is ready: camelCase, indented.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ControlPlaneReport))]
internal sealed partial class UpJson : JsonSerializerContext;
