using System.Net.Sockets;
using EdgeKms.Daemon.Admin;
using EdgeKms.Daemon.Tests.Admin;

namespace EdgeKms.Daemon.Tests.Commands;

/// <summary>What a new ring is not made beside, and what one that is made for a reason leaves as it was.</summary>
public sealed class InitMemoryTests : IDisposable
{
    private const string New = "a passphrase of mine";
    private readonly TestMachine _machine = new(withRing: false);

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Init_WhereSomebodyListensOnTheSocket_IsRefused()
    {
        var path = _machine.Settings.KmsSocket;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();

        (await Verb.Run(_machine, "init --kdf pbkdf2")).Fails(3, "a process listens on the socket");
    }

    [Fact]
    public async Task Init_WhereTheLastScanCountedObjects_IsRefused()
    {
        _machine.Store.MakeDirectories();
        new LastScanFile(_machine.Settings.StateDirectory).Write(
            Told.Scan("AAECAwQFBgcICQoLDA0ODw", ("k1.a", false, 7))
        );

        (await Verb.Run(_machine, "init --kdf pbkdf2")).Fails(3, "the last scan counted");
    }

    [Fact]
    public async Task Init_OfAnotherRing_KeepsTokenAndCheckpointOfTheOneBefore()
    {
        using var machine = new TestMachine();
        var token = File.ReadAllBytes(machine.Settings.NodeTokenFile);
        var mark = File.ReadAllBytes(Path.Combine(machine.Settings.StateDirectory, "checkpoint"));
        Directory.Delete(Path.Combine(machine.Settings.StateDirectory, "ring"), recursive: true);

        (await Verb.Run(machine, "init --kdf pbkdf2 --another-ring drill", New, New)).Exits(0);

        var kept = Directory
            .GetFiles(machine.Settings.StateDirectory, "*.unusable*")
            .Select(File.ReadAllBytes)
            .ToList();
        Assert.Contains(kept, k => k.SequenceEqual(token));
        Assert.Contains(kept, k => k.SequenceEqual(mark));
        Assert.Empty((await Verb.Run(machine, "rotate")).Exits(0).Asked);
    }
}
