using System.Net.Sockets;
using System.Text;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Daemon.Tests.Doctor;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.Daemon.Tests.Commands;

public sealed class RepairTests : IDisposable
{
    private readonly TestMachine _machine = TestMachine.WithAdministrator();

    private string Token => _machine.Settings.NodeTokenFile;

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Repair_OfALostToken_AsksAndMakesANewOne(bool withPassphrase)
    {
        var key = _machine.Stored!.Ring.Active.Id;
        File.Delete(Token);

        var repaired = await Verb.Run(
            _machine,
            "repair",
            withPassphrase ? [TestMachine.Passphrase] : ["", TestMachine.Code]
        );

        repaired.Exits(0);
        Assert.Equal(withPassphrase ? [Verb.AsksPassphrase] : [Verb.AsksPassphrase, Verb.AsksCode], repaired.Asked);
        Assert.Contains($"wrote the node token {Token}", repaired.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Token));
        Assert.Equal((2, key), (_machine.Store.Load().Header.Generation, _machine.Store.Load().Header.Active.Id));
        Assert.Empty((await Verb.Run(_machine, "rotate")).Exits(0).Asked); // opens unattended
    }

    [Fact]
    public async Task Repair_OfADamagedToken_KeepsTheOldOneAside()
    {
        Patient.Flip(Token, ^2);

        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(0);

        Assert.Single(Directory.GetFiles(_machine.Settings.StateDirectory, "node-token.unusable*"));
        Assert.Empty((await Verb.Run(_machine, "rotate")).Exits(0).Asked);
    }

    [Fact]
    public async Task Repair_RunTwice_FindsNothingTheSecondTime()
    {
        File.Delete(Token);
        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(0);
        var before = _machine.Contents();

        var second = (await Verb.Run(_machine, "repair")).Exits(0);

        Assert.EndsWith("nothing to repair\n", second.Out, StringComparison.Ordinal);
        Assert.Equal(before, _machine.Contents());
    }

    [Theory]
    [InlineData("wrong passphrase", "not the passphrase")]
    [InlineData("well-formed, but not that of this key ring", "", "another ring's code")]
    [InlineData("there is a typing mistake", "", "AAAAA")]
    [InlineData("nothing was entered", "", "")]
    public async Task Repair_WithAWrongCredential_ChangesNothing(string why, params string[] answers)
    {
        File.Delete(Token);
        var before = _machine.Contents();

        var refused = await Verb.Run(
            _machine,
            "repair",
            [.. answers.Select(a => a == "another ring's code" ? OtherCode() : a)]
        );

        refused.Exits(why == "nothing was entered" ? 2 : 4);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task Repair_DryRun_PlansAndChangesNothing()
    {
        File.Delete(Token);
        var before = _machine.Contents();

        var text = (await Verb.Run(_machine, "repair --dry-run")).Exits(0);
        var json = (await Verb.Run(_machine, "repair --dry-run -o json")).Exits(0);

        Assert.Contains("plan:  ", text.Out, StringComparison.Ordinal);
        Assert.EndsWith("nothing was changed (--dry-run)\n", text.Out, StringComparison.Ordinal);
        Assert.Empty(text.Asked);
        var report = json.Report(AdminJson.Default.RepairReport);
        Assert.NotEmpty(report.Plan);
        Assert.Equal((true, 0), (report.DryRun, report.Actions.Count));
        Assert.Equal(before, _machine.Contents());
    }

    [Fact]
    public async Task Repair_OfALostCheckpoint_WritesItWithoutAQuestion()
    {
        var checkpoint = Path.Combine(_machine.Settings.StateDirectory, "checkpoint");
        File.Delete(checkpoint);

        var repaired = (await Verb.Run(_machine, "repair -o json")).Exits(0);

        Assert.Empty(repaired.Asked);
        Assert.NotEmpty(repaired.Report(AdminJson.Default.RepairReport).Actions);
        Assert.True(File.Exists(checkpoint));
    }

    [Fact]
    public async Task Repair_OfADamagedNewestGeneration_CarriesOnOnlyWithTheKeyThatWasUsedLast()
    {
        File.Delete(Token);
        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(0); // generation 2 has the key of 1
        var key = _machine.Store.Load().Header.Active.Id;
        Patient.Flip(_machine.RingFile(2), ^1);

        (await Verb.Run(_machine, "repair", TestMachine.Passphrase)).Exits(0);

        Assert.Equal((3, key), (_machine.Store.Load().Header.Generation, _machine.Store.Load().Header.Active.Id));
        (await Verb.Run(_machine, "rotate")).Exits(0);
        Patient.Flip(_machine.RingFile(4), ^1);
        var refused = (await Verb.Run(_machine, "repair")).Exits(7);
        Assert.Contains("edgekms: hint: run \"edgekms restore ", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_machine.RingFile(5)));
    }

    [Fact]
    public async Task Repair_OfAnOlderRingPutBack_NeedsAReason()
    {
        _machine.Rotate();
        File.Delete(_machine.RingFile(2));

        (await Verb.Run(_machine, "repair")).Exits(7);
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(_machine.RingFile(1))!));
        (await Verb.Run(_machine, "repair --accept-rollback drill", TestMachine.Passphrase)).Exits(0);

        var ring = _machine.Store.Load().Header;
        Assert.Equal(3, ring.Generation);
        Assert.DoesNotContain(ring.Active.Id, _machine.Stored!.Ring.Header.Keys.Select(k => k.Id)); // neither the lost key
        Assert.Contains("drill", (await Verb.Run(_machine, "audit-log show")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_BesideTheDaemon_WritesTheRingFromItsMemory()
    {
        await using var daemon = await ServingDaemon.StartAsync(_machine);
        var key = _machine.Stored!.Ring.Active.Id;
        File.Delete(_machine.RingFile(1));

        var repaired = (await Verb.Run(_machine, "repair -o json")).Exits(0);

        Assert.True(repaired.Report(AdminJson.Default.RepairReport).DaemonReloaded);
        Assert.Empty(repaired.Asked);
        Assert.Equal(key, _machine.Store.Load().Header.Active.Id);
    }

    [Fact]
    public async Task Repair_OfFileModesAndAStaleSocket_MendsThem()
    {
        File.SetUnixFileMode(_machine.RingFile(1), (UnixFileMode)0b110_100_100);
        Directory.CreateDirectory(Path.GetDirectoryName(_machine.Settings.KmsSocket)!);
        StaleSocket(_machine.Settings.KmsSocket);

        var repaired = (await Verb.Run(_machine, "repair")).Exits(0);

        Assert.Contains(
            $"done:  removed the stale socket {_machine.Settings.KmsSocket}",
            repaired.Out,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(_machine.Settings.KmsSocket));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(_machine.RingFile(1)));
    }

    /// <summary>What a killed daemon leaves: .NET would take the file with it.</summary>
    private static void StaleSocket(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path + "-"));
        File.Move(path + "-", path);
    }

    private static string OtherCode()
    {
        using var secret = SecretBytes.Random(RecoveryCode.SecretSize);
        using var text = RecoveryCode.Write(secret);
        using var lease = text.Lease();
        return Encoding.ASCII.GetString(lease.Span);
    }
}
