using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Cli.Migrate;

/// <summary>Source-generated JSON of the migrate reports: camelCase, indented.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(MigrateReport))]
[JsonSerializable(typeof(MigrateHistory))]
internal sealed partial class MigrateJson : JsonSerializerContext;
