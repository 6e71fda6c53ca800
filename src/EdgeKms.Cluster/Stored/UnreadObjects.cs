using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Stored;

/// <summary>
/// Stored objects that nothing of a configuration reads, with the way back: a datastore that was put back to before a migration is full
/// of them, and the file that was replaced then has their provider.
/// </summary>
public sealed class UnreadObjects
{
    private readonly MigrationProof _proof;
    private readonly EncryptionFile _file;

    private UnreadObjects(MigrationProof proof, EncryptionFile file, string? kept) =>
        (_proof, _file, Kept) = (proof, file, kept);

    /// <summary>The kept file that reads the most of them, the newest of those; null where none reads any.</summary>
    public string? Kept { get; }

    /// <summary>For people, without a full stop.</summary>
    public string Finding =>
        $"{_proof.Unreadable} stored objects are not readable with {_file.Path}, such as {First.Group.Examples[0]}";

    /// <summary>Of the first of them: how it is stored, and what is missing.</summary>
    public string Reason => First.Reason;

    /// <summary>A line for each place.</summary>
    public IEnumerable<string> Lines =>
        _proof.Blockers.Select(b =>
            $"{b.Group.Place}: {b.Group.Count} objects {b.Reason}, such as {b.Group.Examples[0]}"
        );

    private MigrationBlocker First => _proof.Blockers[0];

    /// <summary>Null where everything is read, as far as the file tells; also where nothing is stored, which tells nothing.</summary>
    /// <param name="census">Of the API server's own datastore.</param>
    /// <param name="prefix">Storage prefix as the datastore has it.</param>
    /// <param name="file">The configuration.</param>
    /// <param name="kept">Files that it was before, the oldest first.</param>
    public static UnreadObjects? Of(StoredCensus census, string prefix, EncryptionFile file, IEnumerable<string> kept)
    {
        var proof = MigrationProof.Of(census, prefix, file);
        return proof.Blockers.Count == 0 ? null : new UnreadObjects(proof, file, KeptFor(proof, kept));
    }

    /// <summary>What makes them readable again, for people: a command that can be pasted, or what to look for.</summary>
    /// <param name="to">Kind of the provider that is to write.</param>
    public string Way(string to) =>
        Kept is null
            ? $"no kept copy beside {_file.Path} has that provider: find the configuration of the day that the datastore is from, and run \"{MigrateCommandLine.WithReaders(to, _file.Path, "THAT-FILE")}\""
            : MigrateCommandLine.WithReaders(to, _file.Path, Kept);

    private static string? KeptFor(MigrationProof proof, IEnumerable<string> kept) =>
        kept.Reverse()
            .Select(copy => (Path: copy, Count: ReadBy(copy, proof)))
            .Where(copy => copy.Count > 0)
            .OrderByDescending(copy => copy.Count)
            .Select(copy => copy.Path)
            .FirstOrDefault();

    private static long ReadBy(string copy, MigrationProof proof)
    {
        try
        {
            var providers = EncryptionFile.Read(copy).Entries.SelectMany(e => e.Providers).ToList();
            return proof
                .Blockers.Where(b => providers.Exists(p => p.Reads(b.Group.Form, b.Group.Prefix)))
                .Sum(b => b.Group.Count);
        }
        catch (CommandException)
        {
            // A copy that nobody can read has nothing to give.
            return 0;
        }
    }
}
