// Purpose:    one sealed file that brings a key ring to a bare machine.
// References: SHA-256 (FIPS 180-4); the ring file inside is spec/ring-v1.md.
// Parameters: "edgekms-backup/1", "sha256 " and the hex digest of the ring file, each with a newline; the ring file.
// Limits:     at most 1 MiB and 90 bytes. Sealed as the ring is: passphrase and recovery code open it, the node token of
//             the machine too while that generation is its newest. The digest finds damage; who can write the file can
//             also write the digest, so only opening the ring proves that it is genuine.

using System.Security.Cryptography;
using System.Text;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Backup;

/// <summary>Writes and reads backups; spec/backup-v1.md has the format byte by byte.</summary>
public static class BackupFile
{
    private const string Magic = "edgekms-backup/";
    private const int HeaderLength = 17 + 7 + 64 + 1; // "edgekms-backup/1\n", "sha256 ", hex, newline

    /// <summary>Largest backup, in bytes.</summary>
    public const int MaxBytes = HeaderLength + RingLimits.FileBytes;

    /// <summary>The backup of a ring file.</summary>
    public static byte[] Write(byte[] ringFile) => [.. Header(ringFile), .. ringFile];

    /// <summary>Parses a backup; the ring in it is checked against the digest, not yet authenticated.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.BackupDamaged"/>, RingUnsupportedVersion or RingLimit.</exception>
    public static SealedRing Read(byte[] file, string path)
    {
        if (file.Length > MaxBytes)
            throw new EdgeKmsException(ErrorCode.RingLimit, $"{path} is over a limit of the format");
        if (!file.AsSpan().StartsWith("edgekms-backup/"u8))
            throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is not a backup of EdgeKms");
        if (!file.AsSpan(Magic.Length).StartsWith("1\n"u8))
        {
            throw IsNewer(file.AsSpan(Magic.Length))
                ? new EdgeKmsException(ErrorCode.RingUnsupportedVersion, $"{path} was written by a newer EdgeKms")
                : new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is damaged");
        }
        if (file.Length <= HeaderLength)
            throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is cut");
        var ringFile = file[HeaderLength..];
        if (!file.AsSpan(0, HeaderLength).SequenceEqual(Header(ringFile)))
            throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is damaged: its digest is another one");
        return SealedRing.Parse(ringFile, out var ring) switch
        {
            RingOutcome.Ok => ring!,
            RingOutcome.UnsupportedVersion => throw new EdgeKmsException(
                ErrorCode.RingUnsupportedVersion,
                $"{path} was written by a newer EdgeKms"
            ),
            RingOutcome.Limit => throw new EdgeKmsException(
                ErrorCode.RingLimit,
                $"{path} is over a limit of the format"
            ),
            _ => throw new EdgeKmsException(ErrorCode.BackupDamaged, $"{path} is damaged: it holds no key ring"),
        };
    }

    private static bool IsNewer(ReadOnlySpan<byte> version) =>
        version.IndexOf((byte)'\n') is var end and >= 0
        && TextLines.IsVersion(Encoding.Latin1.GetString(version[..end]));

    private static byte[] Header(byte[] ringFile) =>
        Encoding.ASCII.GetBytes($"{Magic}1\nsha256 {Convert.ToHexStringLower(SHA256.HashData(ringFile))}\n");
}
