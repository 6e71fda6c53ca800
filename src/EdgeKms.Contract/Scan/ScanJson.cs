using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Contract.Scan;

/// <summary>
/// Source-generated JSON of the scan report: camelCase, indented, nulls written. Reading is strict about what has to be there and
/// ignores members that it doesn't know.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ScanReport))]
public sealed partial class ScanJson : JsonSerializerContext
{
    /// <summary>For what people read: quotation marks stay as they are, control characters stay escaped.</summary>
    public static ScanJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
