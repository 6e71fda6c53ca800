using System.Text;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests;

/// <summary>
/// A private folder with a key ring in it, as <c>init</c> makes one, but with a node slot only, or with slots whose secrets the
/// test knows (<see cref="WithAdministrator"/>).
/// </summary>
internal sealed class TestMachine : IDisposable
{
    public static readonly DateTime Start = new(2026, 11, 24, 3, 0, 0, DateTimeKind.Utc);

    /// <summary>Opens slot 1 of a machine with an administrator.</summary>
    public const string Passphrase = "correct horse battery";

    /// <summary>Opens slot 2 of a machine with an administrator.</summary>
    public static readonly string Code = MakeCode();

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
        Flags = flags;
        Settings = new EdgeKmsSettings(new Dictionary<string, string>(), flags);
        Directory.CreateDirectory(Path.Combine(Root, "backups"));
        _files = new RingFiles(Settings, Time);
        if (withRing)
            AddRing();
    }

    public string Root { get; }

    /// <summary>The settings as a command line gives them, by name.</summary>
    public IReadOnlyDictionary<string, string> Flags { get; }

    public EdgeKmsSettings Settings { get; }

    /// <summary>The clock of the ring and of whatever serves it.</summary>
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(Start));

    public RingStore Store => _files.Store;

    public StoredRing? Stored { get; private set; }

    /// <summary>A ring with the slots that <c>init</c> makes; the passphrase is stretched as little as the format allows.</summary>
    public static TestMachine WithAdministrator(params (string Name, string Value)[] settings)
    {
        var machine = new TestMachine(withRing: false, settings);
        using var passphrase = SecretBytes.CopyOf(Encoding.UTF8.GetBytes(Passphrase));
        using var written = SecretBytes.CopyOf(Encoding.ASCII.GetBytes(Code));
        using var code = RecoveryCode.Read(written);
        machine.Stored = machine.MakeRing(
            (id, ringKey) =>
                [
                    NewSlots.Make(id, 1, SlotKind.Admin, Start, new SlotKdf.Pbkdf2Sha512(1_000), passphrase, ringKey),
                    NewSlots.Make(id, 2, SlotKind.Recovery, Start, new SlotKdf.HkdfSha256(), code, ringKey),
                ]
        );
        return machine;
    }

    public string RingFile(int generation) => Path.Combine(Settings.StateDirectory, "ring", $"ring-{generation:D8}");

    /// <summary>
    /// Every file with its mode and its bytes, the lock's and the configuration excepted: equal before and after a verb that
    /// changes nothing.
    /// </summary>
    public string Contents() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(Root, "*", SearchOption.AllDirectories)
                .Where(f => Path.GetFileName(f) is not ("write.lock" or "edgekms.json"))
                .Order(StringComparer.Ordinal)
                .Select(f => $"{f} {File.GetUnixFileMode(f)} {Convert.ToHexString(File.ReadAllBytes(f))}")
        );

    /// <summary>A file of the administrator's, private.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>A ring with a node slot only, as another process makes it.</summary>
    public void AddRing() => Stored = MakeRing((_, _) => []);

    /// <summary>A new generation, as another process makes it.</summary>
    public StoredRing Rotate() => Stored = _files.Writer.Rotate(Stored!).Stored;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private StoredRing MakeRing(Func<RingId, SecretBytes, Slot[]> administrators)
    {
        Store.MakeDirectories();
        var (id, first, kek) = KekRing.CreateFirst(Start);
        var ringKey = SecretBytes.Random(32);
        return _files
            .Writer.Create(
                id,
                ringKey,
                administrators(id, ringKey),
                (_, slots) => KekRing.Create(id, first, kek, ringKey, slots)
            )
            .Stored;
    }

    private static string MakeCode()
    {
        using var secret = SecretBytes.Random(RecoveryCode.SecretSize);
        using var text = RecoveryCode.Write(secret);
        using var lease = text.Lease();
        return Encoding.ASCII.GetString(lease.Span);
    }
}
