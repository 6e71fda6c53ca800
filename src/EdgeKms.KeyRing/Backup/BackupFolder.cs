using System.Globalization;
using System.Security.Cryptography;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Backup;

/// <summary>
/// A folder that gets one backup after each change of the ring, often on another disk. Crash-safe writes; the newest
/// <paramref name="keep"/> of a ring stay, files of other rings and other names are never touched.
/// </summary>
/// <param name="directory">The folder; it must exist.</param>
/// <param name="keep">Backups that stay of one ring, at least 1.</param>
public sealed class BackupFolder(IStateDirectory directory, int keep)
{
    /// <summary>Backups that a survey reads: the folder may be anybody's.</summary>
    private const int MostRead = 256;

    private const string Prefix = "edgekms-";
    private const string Suffix = ".backup";

    /// <summary>For messages.</summary>
    public string FullPath => directory.Path;

    /// <summary>
    /// <c>edgekms-RING-GENERATION-DIGEST.backup</c>: the ring's id, 8 digits, the first 8 hex digits of the ring file's
    /// SHA-256, so that two files of one generation (a restored machine beside a lost one) don't meet.
    /// </summary>
    public static string Name(RingHeader ring, byte[] digest) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Of(ring.Id)}{ring.Generation:D8}-{Convert.ToHexStringLower(digest.AsSpan(0, 4))}{Suffix}"
        );

    /// <summary>Writes a backup, reads it back and parses it.</summary>
    /// <returns>Its file name.</returns>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.BackupFailed"/>; also where the folder has backups of other rings and
    /// none of this one: a folder that was full of the backups of a ring must not look as if it were this one's.</exception>
    public string Write(RingHeader ring, byte[] ringFile)
    {
        var name = Name(ring, SHA256.HashData(ringFile));
        var bytes = BackupFile.Write(ringFile);
        try
        {
            if (List(ring.Id).Count == 0 && All().Count > 0)
            {
                throw new EdgeKmsException(
                    ErrorCode.BackupFailed,
                    $"{directory.Path} has the backups of another key ring: name a folder of its own in backup.directory"
                );
            }
            AtomicWrite.Write(
                directory,
                name,
                bytes,
                replace: true,
                back => back.AsSpan().SequenceEqual(bytes) && BackupFile.Read(back, name).Header.Id == ring.Id
            );
            return name;
        }
        catch (EdgeKmsException e)
        {
            throw new EdgeKmsException(ErrorCode.BackupFailed, $"no backup was written: {e.Detail}", e);
        }
    }

    /// <summary>Names of the backups of a ring, oldest generation first.</summary>
    public IReadOnlyList<string> List(RingId ring) =>
        [
            .. directory
                .List()
                .Where(n =>
                    n.StartsWith(Of(ring), StringComparison.Ordinal) && n.EndsWith(Suffix, StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Every backup in the folder that can be read, of whatever ring; none where the folder can't be listed.</summary>
    public IReadOnlyList<(string Path, SealedRing Ring)> ReadAll()
    {
        try
        {
            return
            [
                .. All()
                    .TakeLast(MostRead)
                    .Select(n => (Path.Combine(directory.Path, n), TryRead(n)))
                    .Where(b => b.Item2 is not null)
                    .Select(b => (b.Item1, b.Item2!)),
            ];
        }
        catch (EdgeKmsException)
        {
            return [];
        }
    }

    /// <summary>Reads one of <see cref="List"/>.</summary>
    /// <exception cref="EdgeKmsException">As <see cref="BackupFile.Read"/>, or I/O.</exception>
    public SealedRing Read(string name) =>
        BackupFile.Read(
            directory.Read(name, BackupFile.MaxBytes)
                ?? throw new EdgeKmsException(ErrorCode.StorageFailed, $"{name} is gone"),
            Path.Combine(directory.Path, name)
        );

    /// <summary>
    /// The highest generation above <paramref name="generation"/> of which there is a backup; else
    /// <paramref name="generation"/>. Only of one that <paramref name="isGenuine"/> says yes to: the folder may be
    /// anybody's, and a forged number would use up the generations.
    /// </summary>
    public int HighestAbove(RingId ring, int generation, Func<SealedRing, bool> isGenuine)
    {
        try
        {
            foreach (var name in List(ring).Reverse())
            {
                if (GenerationOf(ring, name) is { } number && number > generation && IsGenuine(name, number))
                    return number;
            }
        }
        catch (EdgeKmsException)
        {
            // A folder that can't be listed takes no backup either; that is said where it is written.
        }
        return generation;

        bool IsGenuine(string name, int number)
        {
            try
            {
                var file = Read(name);
                return file.Header.Id == ring && file.Header.Generation == number && isGenuine(file);
            }
            catch (EdgeKmsException)
            {
                return false;
            }
        }
    }

    /// <summary>Removes what is over the retention; <paramref name="written"/> stays in any case. Best effort.</summary>
    public void Prune(RingId ring, string written)
    {
        try
        {
            foreach (var old in List(ring).SkipLast(keep))
            {
                if (!string.Equals(old, written, StringComparison.Ordinal))
                    directory.Delete(old);
            }
            AtomicWrite.Sweep(directory, Of(ring)); // each has a digest in its name, which never comes again
        }
        catch (EdgeKmsException)
        {
            // One backup too many; the next change tries again.
        }
    }

    /// <summary>Takes back the backup of a generation that was not made. Best effort.</summary>
    public void Remove(string name)
    {
        try
        {
            directory.Delete(name);
        }
        catch (EdgeKmsException)
        {
            // It holds every key of the ring and one that nobody used: it may stay.
        }
    }

    /// <summary>Names of backups of any ring. A name with anything else in it than <see cref="Name"/> gives is none of ours.</summary>
    private List<string> All() =>
        [
            .. directory
                .List()
                .Where(n =>
                    n.StartsWith(Prefix, StringComparison.Ordinal)
                    && n.EndsWith(Suffix, StringComparison.Ordinal)
                    && n.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
                )
                .Order(StringComparer.Ordinal),
        ];

    private SealedRing? TryRead(string name)
    {
        try
        {
            return Read(name);
        }
        catch (EdgeKmsException)
        {
            return null; // doctor says which one is damaged
        }
    }

    private static int? GenerationOf(RingId ring, string name) =>
        int.TryParse(
            name.AsSpan(Of(ring).Length, Math.Min(8, name.Length - Of(ring).Length)),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var generation
        )
            ? generation
            : null;

    private static string Of(RingId ring) => $"{Prefix}{ring.Text}-";
}
