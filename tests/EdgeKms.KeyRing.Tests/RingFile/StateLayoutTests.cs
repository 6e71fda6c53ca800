using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using EdgeKms.KeyRing.Tests.Vectors;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>The table of spec/state-directory-v1.md, and what the program makes on a real file system.</summary>
public sealed partial class StateLayoutTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _state = Directory.CreateTempSubdirectory("edgekms-test-").FullName;
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    public static TheoryData<string> Files => Vector.Names("state-directory-v1");

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public async Task StateDirectory_OfARingThatLived_HasTheNamesAndModesOfTheSpec()
    {
        await Live();
        var patterns = Rows().Select(Pattern).ToArray();
        Assert.NotEmpty(patterns);
        Assert.All(_names, name => Assert.Single(patterns, p => Regex.IsMatch(name, p)));
        Assert.All(patterns, p => Assert.Contains(_names, name => Regex.IsMatch(name, p)));
        foreach (var entry in Directory.EnumerateFileSystemEntries(_state, "*", SearchOption.AllDirectories))
        {
            var isFolder = Directory.Exists(entry);
            Assert.Contains(Path.GetRelativePath(_state, entry) + (isFolder ? "/" : ""), _names);
            Assert.Equal(isFolder ? Private | UnixFileMode.UserExecute : Private, File.GetUnixFileMode(entry));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void StateFile_OfAVector_IsWhatItsNameSays(string name)
    {
        var v = Vector.Get("state-directory-v1", name);
        int? wanted = v.Json.GetProperty("number") is { ValueKind: JsonValueKind.Number } n ? n.GetInt32() : null;
        var directory = new MemoryDirectory("/state/" + v.Text("folder"), new Steps());
        directory.Put(v.Text("file"), []);
        var numbers =
            v.Text("folder") == "audit"
                ? AuditFile.Numbers(directory.List())
                : new RingStore(new MemoryDirectory("/state", new Steps()), directory, TimeProvider.System)
                    .Survey()
                    .Generations.Select(g => g.Number);
        Assert.Equal(wanted is { } number ? [number] : [], numbers);
        if (!v.Has("swept"))
            return;
        RingStore.SweepTemporary(directory);
        Assert.Equal(v.Json.GetProperty("swept").GetBoolean(), directory.List().Count == 0);
    }

    /// <summary>A ring is made and rotated, a file of each kind is moved aside, and a change is stopped before its commit.</summary>
    private async Task Live()
    {
        var (store, tokens, audit) = (
            new RingStore(In(""), In("ring"), TimeProvider.System),
            new NodeTokenFile(In(""), "node-token"),
            new AuditLog(In(AuditLog.DirectoryName), TimeProvider.System)
        );
        store.MakeDirectories();
        LinuxDirectory.Make(Path.Combine(_state, AuditLog.DirectoryName));
        _names.UnionWith(["ring/", "audit/"]);
        using var serving = In("").TryLock(RingStore.ServeLockName);
        using var held = await store.LockAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        var writer = new RingWriter(store, tokens, null, backupRequired: false, TimeProvider.System, audit);
        var (id, first, kek) = KekRing.CreateFirst(Given.Monday);
        var ringKey = Given.Secret("ring key");
        var stored = writer
            .Create(id, ringKey, [], (_, slots) => KekRing.Create(id, first, kek, ringKey, slots))
            .Stored;
        tokens.MoveAside();
        stored = writer.Rotate(stored).Stored;
        writer.Rotate(stored);
        store.SetAside(number => number == 1);
        store.SetCheckpointAside();
        store.MarkSeen(stored);
        using var next = NodeToken.Create(id, 9);
        tokens.Stage(next);
    }

    private Recorder In(string folder) => new(new LinuxDirectory(Path.Combine(_state, folder)), folder, _names);

    /// <summary>The names of the table's rows, without that of the state directory itself.</summary>
    private static IEnumerable<string> Rows() =>
        File.ReadLines(Path.Combine(Vector.Directory, "state-directory-v1.md"))
            .Select(line => Row().Match(line))
            .Where(row => row.Success)
            .Select(row => row.Groups[1].Value);

    private static string Pattern(string name) =>
        $"^{Regex.Escape(name).Replace("NNNNNNNN", "[0-9]{8}", StringComparison.Ordinal).Replace("-N", "-[1-9]", StringComparison.Ordinal)}$";

    [GeneratedRegex(@"^\| `STATE/([^`]+)` \|")]
    private static partial Regex Row();

    /// <summary>Notes the names that are made.</summary>
    private sealed class Recorder(IStateDirectory inner, string folder, SortedSet<string> names) : IStateDirectory
    {
        public string Path => inner.Path;

        public IReadOnlyList<string> List() => inner.List();

        public byte[]? Read(string name, int maxBytes) => inner.Read(name, maxBytes);

        public void Create(string name)
        {
            Note(name);
            inner.Create(name);
        }

        public void Append(string name, ReadOnlySpan<byte> bytes) => inner.Append(name, bytes);

        public void Sync(string name) => inner.Sync(name);

        public void Rename(string from, string to, bool replace)
        {
            Note(to);
            inner.Rename(from, to, replace);
        }

        public void SyncDirectory() => inner.SyncDirectory();

        public void Delete(string name) => inner.Delete(name);

        public IDisposable? TryLock(string name)
        {
            Note(name);
            return inner.TryLock(name);
        }

        private void Note(string name) => names.Add(System.IO.Path.Combine(folder, name));
    }
}
