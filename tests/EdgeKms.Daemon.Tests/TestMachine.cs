using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests;

/// <summary>A private folder with a key ring in it, as <c>init</c> makes one, but with a node slot only.</summary>
internal sealed class TestMachine : IDisposable
{
    public static readonly DateTime Start = new(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc);

    private readonly RingFiles _files;

    public TestMachine(bool withRing = true, params (string Name, string Value)[] settings)
    {
        Root = Directory.CreateTempSubdirectory("edgekms-test-").FullName;
        var flags = new Dictionary<string, string>
        {
            ["stateDirectory"] = Path.Combine(Root, "state"),
            ["kms.socket"] = Path.Combine(Root, "run/kms.sock"),
            ["admin.socket"] = Path.Combine(Root, "run/admin.sock"),
            ["backup.directory"] = Path.Combine(Root, "backups"),
        };
        foreach (var (name, value) in settings)
            flags[name] = value;
        Settings = new EdgeKmsSettings(new Dictionary<string, string>(), flags);
        Directory.CreateDirectory(Path.Combine(Root, "backups"));
        _files = new RingFiles(Settings, Time);
        if (withRing)
            Stored = MakeRing();
    }

    public string Root { get; }

    public EdgeKmsSettings Settings { get; }

    /// <summary>The clock of the ring and of whatever serves it.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(Start));

    public RingStore Store => _files.Store;

    public StoredRing? Stored { get; private set; }

    public string RingFile(int generation) => Path.Combine(Settings.StateDirectory, "ring", $"ring-{generation:D8}");

    /// <summary>A new generation, as another process makes it.</summary>
    public StoredRing Rotate() => Stored = _files.Writer.Rotate(Stored!).Stored;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private StoredRing MakeRing()
    {
        Store.MakeDirectories();
        var (id, first, kek) = KekRing.CreateFirst(Start);
        var ringKey = SecretBytes.Random(32);
        return _files
            .Writer.Create(id, ringKey, [], (_, slots) => KekRing.Create(id, first, kek, ringKey, slots))
            .Stored;
    }
}
