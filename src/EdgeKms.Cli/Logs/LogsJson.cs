using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Cli.Logs;

/// <summary>Source-generated JSON of the logs report: camelCase, indented.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LogsReport))]
internal sealed partial class LogsJson : JsonSerializerContext;
