using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Cli.Reencrypt;

/// <summary>Source-generated JSON of the reencrypt report: camelCase, indented.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ReencryptReport))]
internal sealed partial class ReencryptJson : JsonSerializerContext;
