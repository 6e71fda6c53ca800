using System.Runtime.CompilerServices;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>
/// A machine whose ring is full: 4,096 keys that all have their material, and two passphrases (slots 1 and 2); its backup is in the
/// folder.
/// </summary>
internal sealed class FullMachine : IDisposable
{
    private readonly TestMachine _machine = new(withRing: false);

    public FullMachine()
    {
        Files = new RingFiles(_machine.Settings, _machine.Time);
        Files.Store.MakeDirectories();
        Passphrase = Secret("passphrase", "correct horse battery staple");
        var id = RingId.Create();
        var ringKey = SecretBytes.Random(32);
        Stored = Files
            .Writer.Create(
                id,
                ringKey,
                [Slot(id, 1, Passphrase, ringKey), Slot(id, 2, Secret("second", "another passphrase"), ringKey)],
                (now, slots) => Ring(id, ringKey, slots, now)
            )
            .Stored;
    }

    public TestMachine Machine => _machine;

    public RingFiles Files { get; }

    /// <summary>Generation 1.</summary>
    public StoredRing Stored { get; }

    /// <summary>File of the passphrase of slot 1.</summary>
    public string Passphrase { get; }

    public string Backup => Path.Combine(Files.Backups!.FullPath, Files.Backups.List(Stored.Ring.Header.Id)[^1]);

    /// <summary>The newest generation, as the node token opens it.</summary>
    public RingHeader Reopened() => Files.OpenUnattended(Files.Store.Load()).Ring.Header;

    public void Dispose() => _machine.Dispose();

    private static KekRing Ring(RingId id, SecretBytes ringKey, IReadOnlyList<Slot> slots, DateTime now)
    {
        using var keks = SecretBytes.Random(RingLimits.Keys * KekRing.KekSize);
        using var lease = keks.Lease();
        var keys = new List<KekEntry>();
        for (var i = 0; i < RingLimits.Keys; i++)
        {
            var kek = KeyId.Derive(i + 1, id, lease.Span.Slice(i * KekRing.KekSize, KekRing.KekSize));
            keys.Add(new KekEntry(kek, now, now, i == RingLimits.Keys - 1 ? null : now, null));
        }
        return Make(new RingHeader(id, 1, null, now, keys, slots), ringKey, SecretBytes.CopyOf(lease.Span));
    }

    private static Slot Slot(RingId id, int number, string passphrase, SecretBytes ringKey)
    {
        using var secret = SecretBytes.CopyOf(File.ReadAllBytes(passphrase));
        var kdf = SlotKdf.TryParse("pbkdf2-sha512:1000", out _)!;
        return NewSlots.Make(id, number, SlotKind.Admin, TestMachine.Start, kdf, secret, ringKey);
    }

    /// <summary>4,096 rotations take minutes; the constructor is the key ring's own.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern KekRing Make(RingHeader header, SecretBytes ringKey, SecretBytes material);

    private string Secret(string name, string text)
    {
        var path = Path.Combine(_machine.Root, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
