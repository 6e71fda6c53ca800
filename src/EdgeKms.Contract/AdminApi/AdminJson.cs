using System.Text.Json.Serialization;

namespace EdgeKms.Contract.AdminApi;

/// <summary>Source-generated JSON of the reports: camelCase, indented, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(InitReport))]
[JsonSerializable(typeof(RotateReport))]
[JsonSerializable(typeof(RepairReport))]
[JsonSerializable(typeof(ReloadReport))]
public sealed partial class AdminJson : JsonSerializerContext;
