using System.Text.Json.Serialization;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// The JSON form of <see cref="ConformanceReport"/> and of the list of checks, generated at compile time.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    WriteIndented = true
)]
[JsonSerializable(typeof(ConformanceReport))]
[JsonSerializable(typeof(IReadOnlyList<ListedCheck>))]
internal sealed partial class ReportJson : JsonSerializerContext;
