using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeKms.Contract.AdminApi;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Admin;

/// <summary>
/// <c>last-scan.json</c> in the state directory: the last scan that was told, so that a restart doesn't forget which keys the stored
/// objects need. It holds no secret, and nobody misses it: what can't be read is dropped, and the next scan writes it anew.
/// </summary>
internal sealed class LastScanFile(string stateDirectory)
{
    internal const string Name = StateFiles.LastScanName;

    /// <summary>8,192 key ids of a ring take 0.6 MB.</summary>
    internal const int MaxBytes = 2 * 1_048_576;

    private const string Format = "edgekms-last-scan/1";

    private readonly LinuxDirectory _state = new(stateDirectory);

    /// <returns>Null where there is none.</returns>
    /// <exception cref="EdgeKmsException">It can't be read, or is no such file.</exception>
    internal LastScanReport? Read()
    {
        if (_state.Read(Name, MaxBytes) is not { } bytes)
            return null;
        try
        {
            if (
                JsonSerializer.Deserialize(bytes, LastScanJson.Default.LastScanContent)
                    is { Format: Format, Scan: { RingId: not null } scan }
                && LastScanRules.Keeps(scan)
            )
                return scan;
        }
        catch (JsonException)
        {
            // Said below.
        }
        throw new EdgeKmsException(ErrorCode.StorageFailed, $"{Name} is damaged, or of another EdgeKms");
    }

    /// <summary>As <see cref="Read"/> for whoever only looks: null, too, where it can't be read.</summary>
    internal LastScanReport? TryRead()
    {
        try
        {
            return Read();
        }
        catch (EdgeKmsException)
        {
            return null;
        }
    }

    /// <exception cref="EdgeKmsException">The file is as it was before.</exception>
    internal void Write(LastScanReport scan)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new LastScanContent(Format, scan),
            LastScanJson.Default.LastScanContent
        );
        AtomicWrite.Write(_state, Name, bytes, replace: true, back => back.AsSpan().SequenceEqual(bytes));
    }
}

/// <summary>The file's content.</summary>
internal sealed record LastScanContent(string Format, LastScanReport Scan);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(LastScanContent))]
internal sealed partial class LastScanJson : JsonSerializerContext;
