using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests;

/// <summary>A private folder with a key ring in it, as <c>init</c> makes one, but with a node slot only.</summary>
internal sealed class TestMachine : IDisposable
{
    public static readonly DateTime Start = new(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc);

    public TestMachine(bool withRing = true)
    {
        Root = Directory.CreateTempSubdirectory("edgekms-test-").FullName;
        Settings = new EdgeKmsSettings(
            new Dictionary<string, string>(),
            new Dictionary<string, string>
            {
                ["stateDirectory"] = Path.Combine(Root, "state"),
                ["kms.socket"] = Path.Combine(Root, "run/kms.sock"),
                ["admin.socket"] = Path.Combine(Root, "run/admin.sock"),
            }
        );
        Store = RingStore.Open(Settings.StateDirectory, TimeProvider.System);
        if (withRing)
            Stored = MakeRing();
    }

    public string Root { get; }

    public EdgeKmsSettings Settings { get; }

    public RingStore Store { get; }

    public StoredRing? Stored { get; private set; }

    public string RingFile(int generation) => Path.Combine(Settings.StateDirectory, "ring", $"ring-{generation:D8}");

    /// <summary>A new generation, as another process makes it.</summary>
    public StoredRing Rotate() => Stored = Store.Commit(Stored!.Ring.Rotate(Start.AddDays(30), Stored.Digest));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private StoredRing MakeRing()
    {
        Store.MakeDirectories();
        var (id, first, kek) = KekRing.CreateFirst(Start);
        var ringKey = SecretBytes.Random(32);
        using var token = NodeToken.Create(id, 1);
        var slot = NewSlots.Make(id, 1, SlotKind.Node, Start, new SlotKdf.HkdfSha256(), token.Secret, ringKey);
        new NodeTokenFile(Settings.NodeTokenFile).Write(token);
        return Store.Commit(KekRing.Create(id, first, kek, ringKey, [slot]));
    }
}
