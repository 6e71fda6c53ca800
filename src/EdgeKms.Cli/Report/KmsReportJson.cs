using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Cli.Report;

/// <summary>Source-generated JSON of the report: camelCase, indented, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KmsReport))]
internal sealed partial class KmsReportJson : JsonSerializerContext
{
    /// <summary>For what people read: quotation marks stay as they are, control characters stay escaped.</summary>
    public static KmsReportJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
}
