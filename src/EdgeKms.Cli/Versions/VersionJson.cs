using System.Text.Json.Serialization;

namespace EdgeKms.Cli.Versions;

/// <summary>Source-generated JSON of the versions.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class VersionJson : JsonSerializerContext;
