using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeKms.Contract.AdminApi;

/// <summary>
/// Source-generated JSON of the reports: camelCase, indented, nulls written. Reading is strict about what is there (a
/// member that is missing, or null where it may not be, is a <see cref="JsonException"/>) and ignores members that it
/// doesn't know, so that a newer daemon can add some.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(InitReport))]
[JsonSerializable(typeof(RotateReport))]
[JsonSerializable(typeof(RepairReport))]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(RestoreReport))]
[JsonSerializable(typeof(SlotsReport))]
[JsonSerializable(typeof(KeysReport))]
[JsonSerializable(typeof(DestroyReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ReloadReport))]
[JsonSerializable(typeof(ReencryptionReport))]
[JsonSerializable(typeof(LastScanReport))]
[JsonSerializable(typeof(AuditLogReport))]
[JsonSerializable(typeof(AuditVerifyReport))]
public sealed partial class AdminJson : JsonSerializerContext
{
    /// <summary>For what people read: quotation marks stay as they are, control characters stay escaped.</summary>
    // Not an initialiser: the generated part's own statics may come after it.
    public static AdminJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );

    /// <summary>As <see cref="Readable"/>, on one line.</summary>
    public static AdminJson Line =>
        field ??= new(new JsonSerializerOptions(Readable.Options) { WriteIndented = false });
}
