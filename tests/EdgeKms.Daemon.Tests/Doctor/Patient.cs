using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Settings;
using EdgeKms.Daemon.Changes;
using EdgeKms.Daemon.Commands;
using EdgeKms.Daemon.Doctor;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Daemon.Tests.Doctor;

/// <summary>A machine for the doctor: a ring with all its slots (generation 2), and the daemon in this process.</summary>
internal sealed class Patient : IAsyncDisposable
{
    private ServingDaemon? _daemon;

    public Patient(params (string Name, string Value)[] settings)
        : this(withRing: true, settings) { }

    public Patient(bool withRing, params (string Name, string Value)[] settings)
    {
        Machine = new TestMachine(withRing, [("log.level", "error"), .. settings]);
        Files = new RingFiles(Settings, Machine.Time);
        if (withRing)
            Stored = Replace(Slot(2, SlotKind.Admin, SlotKdf.DefaultPbkdf2), Slot(3, SlotKind.Recovery));
    }

    public TestMachine Machine { get; }

    public RingFiles Files { get; }

    public StoredRing? Stored { get; private set; }

    public EdgeKmsSettings Settings => Machine.Settings;

    public string Token => Settings.NodeTokenFile;

    public string Checkpoint => Path.Combine(Settings.StateDirectory, "checkpoint");

    /// <summary>The file of the settings that the doctor looks at.</summary>
    public string? ConfigurationFile { get; set; }

    /// <summary>Where kube-apiserver's configuration may lie; by default nowhere.</summary>
    public IReadOnlyList<string> ApiServerFiles { get; set; } = [];

    /// <summary>How far the doctor's clock is from the machine's start, where that is not the ring's clock.</summary>
    public TimeSpan? ClockOffset { get; set; }

    private TimeProvider Clock =>
        ClockOffset is { } offset ? new FakeTimeProvider(new DateTimeOffset(TestMachine.Start + offset)) : Machine.Time;

    public Finding Look(Check check) =>
        check.Run(new Machine(Settings, ConfigurationFile, Clock) { Configurations = ApiServerFiles });

    public IReadOnlyList<Finding> LookAtAll() =>
        DoctorRun.Examine(new DoctorRun.Request(() => Settings, ConfigurationFile, OutputFormat.Text), Clock);

    public void Rotate() => Stored = Files.Writer.Rotate(Stored!).Stored;

    /// <summary>A new ring key, as the removal of a slot makes it.</summary>
    public void Rekey()
    {
        var key = SecretBytes.Random(32);
        Stored = Files.Writer.Rekey(Stored!, key, [Slot(9, SlotKind.Admin, SlotKdf.DefaultPbkdf2, key)]).Stored;
    }

    /// <summary>The same ring with these administrators' slots.</summary>
    public StoredRing Replace(params Slot[] administrators) =>
        Stored = Files.Writer.WithSlots(Stored ?? Machine.Stored!, administrators).Stored;

    /// <summary>A slot whose secret nobody knows.</summary>
    public Slot Slot(int number, SlotKind kind, SlotKdf? kdf = null, SecretBytes? ringKey = null)
    {
        var header = (Stored ?? Machine.Stored!).Ring.Header;
        using var secret = SecretBytes.Random(32);
        return SlotSeal.Close(
            header.Id,
            number,
            kind,
            TestMachine.Start,
            kdf ?? new SlotKdf.HkdfSha256(),
            new byte[KeyRing.Slots.Slot.SaltSize],
            secret,
            ringKey ?? Files.Tokens.Unlock(header)
        );
    }

    public async Task StartDaemonAsync() => _daemon = await ServingDaemon.StartAsync(Machine);

    public static void Flip(string file, Index at)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[at] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        Machine.Dispose();
    }
}
