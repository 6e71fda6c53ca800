using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Files;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// The API server's configuration file with what lies beside it during a migration. A write is whole, durable, checked by the
/// rules of kube-apiserver, and takes the place of nothing but what it was made from.
/// </summary>
public sealed class ConfigurationFile
{
    /// <param name="path">Absolute path of <c>--encryption-provider-config</c>; a link is followed to its target.</param>
    public ConfigurationFile(string path)
    {
        Path = TargetOf(path);
        Copies = new KeptCopies(Path);
    }

    public string Path { get; }

    public KeptCopies Copies { get; }

    public bool Exists => File.Exists(Path);

    private string PreviousPath => Path + ".migration-previous";

    /// <summary>When the file got the bytes that it has; a rename keeps it.</summary>
    public DateTimeOffset WrittenAt => new(File.GetLastWriteTimeUtc(Path));

    /// <exception cref="CommandException">Exit code 2: there is none, or kube-apiserver could not decode it; 8, 9: it can't be read.</exception>
    public EncryptionFile Read() => Exists ? EncryptionFile.Read(Path) : throw NoFile();

    /// <exception cref="CommandException">Exit code 7: it is damaged.</exception>
    public MigrationJournal? Journal() => MigrationJournal.Read(Path);

    /// <exception cref="CommandException">Exit code 7: a kept copy is missing.</exception>
    internal EncryptionFile Before(MigrationJournal journal) =>
        File.Exists(journal.Before)
            ? EncryptionFile.Parse(CappedFile.Read(journal.Before), Path)
            : throw new CommandException(
                ExitCode.Damaged,
                $"{journal.Before} is missing, which has the configuration as it was before the migration",
                "put it back from a backup; the way on needs it not: run the command that began, without --abort"
            );

    internal void Write(MigrationJournal? journal) =>
        Guarded(() =>
        {
            if (journal is null)
            {
                MigrationJournal.Delete(Path);
                File.Delete(PreviousPath);
            }
            else
                journal.Write(Path);
        });

    /// <summary>
    /// Puts a configuration in the place of the one that it was made from, with owner and mode as they are. What would lose a
    /// provider is kept first.
    /// </summary>
    /// <exception cref="CommandException">Exit code 3: kube-apiserver would refuse it, or somebody else has changed the file; 8, 9: the disk refuses.</exception>
    internal void Put(EncryptionFile from, EncryptionFile to)
    {
        if (to.Refusal() is { } reason)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"kube-apiserver would refuse the next {Path}: {reason}; nothing was written",
                "correct the entries of the file, then run the same command again"
            );
        }
        if (Loses(from, to))
            Copies.Keep(from.Bytes.Span);
        var isWritten = false;
        Guarded(() => isWritten = NewFile.Exchange(Path, from.Bytes.Span, to.Bytes.Span));
        if (!isWritten)
            throw ChangedByOthers();
    }

    /// <summary>
    /// What was there before the last write of a migration, for a run that was cut off while the API server had yet to take it;
    /// null where the file is not what was written then.
    /// </summary>
    internal EncryptionFile? Previous(EncryptionFile now)
    {
        if (!File.Exists(PreviousPath))
            return null;
        // Its first line names what it was written for.
        var bytes = CappedFile.Read(PreviousPath);
        var line = bytes.AsSpan().IndexOf((byte)'\n');
        return line > 0 && Encoding.ASCII.GetString(bytes, 0, line) == now.Hash
            ? EncryptionFile.Parse(bytes[(line + 1)..], Path)
            : null;
    }

    internal void KeepPrevious(EncryptionFile from, EncryptionFile to) =>
        Guarded(() =>
            ReplacedFile.Write(
                PreviousPath,
                [.. Encoding.ASCII.GetBytes(to.Hash + "\n"), .. from.Bytes.Span],
                UnixFileMode.UserRead | UnixFileMode.UserWrite
            )
        );

    /// <summary>True where the file has the bytes of this hash, or can't be looked at.</summary>
    internal bool Has(string hash)
    {
        try
        {
            return Read().Hash == hash;
        }
        catch (CommandException e)
        {
            return e.ExitCode != ExitCode.Usage;
        }
    }

    /// <exception cref="CommandException">Exit code 3: it does.</exception>
    internal void RefuseChangeOf(EncryptionFile known)
    {
        if (!Exists || !CappedFile.Read(Path).AsSpan().SequenceEqual(known.Bytes.Span))
            throw ChangedByOthers();
    }

    internal CommandException ChangedByOthers() =>
        new(
            ExitCode.Refused,
            $"{Path} was changed by somebody else while the migration was under way; that change stays, and nothing was written over it",
            $"look at the file; then the same command goes on from it as it is, and \"{MigrateCommandLine.Abort(Path)}\" leads back"
        );

    internal static CommandException CannotWrite(string file, Exception e) =>
        new(
            e is UnauthorizedAccessException ? ExitCode.Permission : ExitCode.Io,
            $"{file} can't be written: {e.Message}",
            e is UnauthorizedAccessException
                ? "run the command as root, for example with sudo"
                : "look whether the disk is full or read-only",
            e
        );

    /// <summary>What <c>edgekms deploy</c> would write, with nothing encrypted: a file that isn't there yet.</summary>
    public static EncryptionFile InTheClear(string path) =>
        EncryptionFile.Parse(
            Encoding.UTF8.GetBytes(
                """
                apiVersion: apiserver.config.k8s.io/v1
                kind: EncryptionConfiguration
                resources:
                  - resources:
                      - "secrets"
                    providers:
                      - identity: {}

                """
            ),
            path
        );

    private static bool Loses(EncryptionFile from, EncryptionFile to)
    {
        var stay = to.Entries.SelectMany(e => e.Providers).ToList();
        return !from.Entries.SelectMany(e => e.Providers).All(p => p.IsIdentity || stay.Exists(s => p.StoresLike(s)));
    }

    private CommandException NoFile() =>
        new(
            ExitCode.Usage,
            $"there is no {Path}",
            "name the API server's --encryption-provider-config with --encryption-config"
        );

    private void Guarded(Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(Path, e);
        }
    }

    private static string TargetOf(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
