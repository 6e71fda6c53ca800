using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Cli.Deploy;

/// <summary>Source-generated JSON of the deploy report: camelCase, indented.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DeployReport))]
[JsonSerializable(typeof(RecordReport))]
internal sealed partial class DeployJson : JsonSerializerContext;
