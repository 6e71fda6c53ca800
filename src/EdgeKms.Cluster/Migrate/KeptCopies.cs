using System.Globalization;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>One kept copy.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Kept">When it was made.</param>
public sealed record KeptCopy(string Path, DateTimeOffset Kept);

/// <summary>
/// What a configuration was before a migration, beside it: <c>FILE.before-migration-1</c>, <c>-2</c>, … They hold keys that old
/// backups of the datastore need, so that none is ever replaced or taken away. Version 0.1 had one without a number.
/// </summary>
/// <param name="config">Absolute path of the API server's file.</param>
public sealed class KeptCopies(string config)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Path.GetDirectoryName(config)!;
    private readonly string _first = Path.GetFileName(config) + ".before-migration";

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<KeptCopy> List() =>
        !Directory.Exists(_directory)
            ? []
            :
            [
                .. Directory
                    .EnumerateFiles(_directory)
                    .Select(f => (File: f, Number: NumberOf(Path.GetFileName(f))))
                    .Where(f => f.Number >= 0)
                    .OrderBy(f => f.Number)
                    .Select(f => new KeptCopy(f.File, new DateTimeOffset(File.GetLastWriteTimeUtc(f.File)))),
            ];

    /// <summary>Keeps what the file says; a copy with the same bytes is kept already.</summary>
    /// <returns>The copy's path.</returns>
    /// <exception cref="CommandException">Exit code 8 or 9: it can't be written, and nothing was changed.</exception>
    internal string Keep(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var known = List();
            foreach (var copy in known)
            {
                if (File.ReadAllBytes(copy.Path).AsSpan().SequenceEqual(bytes))
                    return copy.Path;
            }
            var last = known.Count == 0 ? 0 : known.Max(c => NumberOf(Path.GetFileName(c.Path)));
            var path = Path.Combine(_directory, $"{_first}-{(last + 1).ToString(CultureInfo.InvariantCulture)}");
            NewFile.Write(path, bytes, Private);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ConfigurationFile.CannotWrite(Path.Combine(_directory, _first), e);
        }
    }

    /// <summary>0 for the one without a number; -1 for another file.</summary>
    private int NumberOf(string name)
    {
        if (string.Equals(name, _first, StringComparison.Ordinal))
            return 0;
        return
            name.StartsWith(_first + "-", StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(_first.Length + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
            ? number
            : -1;
    }
}
