using System.Security.Cryptography;
using System.Text.Json;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;
using EdgeKms.Contract.Settings;
using EdgeKms.KeyRing.Rotation;

namespace EdgeKms.Daemon.Commands.Keys;

/// <summary>A scan in a file of at most 16 MiB.</summary>
/// <param name="Scan">What it says.</param>
/// <param name="Digest">SHA-256 of the file, hex.</param>
internal sealed record EvidenceFile(ScanReport Scan, string Digest)
{
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <exception cref="CommandException">Exit code 2: it isn't a scan.</exception>
    internal static EvidenceFile Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            var bytes = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (
                length <= MaxBytes
                && JsonSerializer.Deserialize(bytes.AsSpan(0, length), ScanJson.Default.ScanReport) is { } scan
                && string.Equals(scan.Format, ScanReport.CurrentFormat, StringComparison.Ordinal)
            )
                return new EvidenceFile(scan, Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, length))));
        }
        catch (JsonException)
        {
            // Said below.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"the evidence {path} can't be read",
                "write it with: edgekms scan --all -o json > SCAN.json",
                e
            );
        }
        throw new CommandException(
            ExitCode.Usage,
            $"{path} is no scan of EdgeKms ({ScanReport.CurrentFormat})",
            "write it with: edgekms scan --all -o json > SCAN.json"
        );
    }

    /// <summary>
    /// What it says of one key. Of a resource that the configuration no longer encrypts there may still be objects under it: only
    /// a scan of everything tells.
    /// </summary>
    internal DestructionScan Of(string keyId) =>
        new(
            Scan.RingId,
            Scan.ActiveKeyId,
            Scan.Time.ToUniversalTime(),
            Scan is { Complete: true, Scope: "all" },
            Scan.Counts.Where(c => c.KeyId == keyId).Sum(c => c.Objects),
            Scan.Counts.Where(IsNameless).Sum(c => c.Objects)
        );

    /// <summary>Of our provider or of nobody's, and without a key's name: it may be under any key.</summary>
    private bool IsNameless(ScanCount count) =>
        count.KeyId is null
        && count.Form is not "plain" and not "local-key"
        && (count.Provider is null || ProviderName.IsOf(Scan.Provider, count.Provider));
}
