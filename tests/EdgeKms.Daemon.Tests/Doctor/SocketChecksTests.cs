using System.Diagnostics;
using System.Net.Sockets;
using EdgeKms.Daemon.Doctor;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Tests.Doctor;

public sealed class SocketChecksTests
{
    [Fact]
    public async Task Sockets_WithoutADaemon_FailWhereThereIsARing()
    {
        await using var patient = new Patient();

        var (kms, admin) = (patient.Look(SocketChecks.Kms), patient.Look(SocketChecks.Admin));

        Assert.Equal((Outcome.Fail, true), (kms.Outcome, kms.StopsApiServer));
        Assert.Equal((Outcome.Fail, false), (admin.Outcome, admin.StopsApiServer));
        Assert.Equal("systemctl start edgekmsd", kms.Next);
        Assert.Equal(Outcome.Skip, patient.Look(SocketChecks.Listener).Outcome);
    }

    [Fact]
    public async Task Sockets_WithoutADaemonAndARing_AreSkipped()
    {
        await using var patient = new Patient(withRing: false);

        Assert.Equal(Outcome.Skip, patient.Look(SocketChecks.Kms).Outcome);
        Assert.Equal(Outcome.Skip, patient.Look(SocketChecks.Reach).Outcome);
    }

    [Fact]
    public async Task Kms_WhereAFileIs_Fails()
    {
        await using var patient = new Patient();
        Directory.CreateDirectory(Path.GetDirectoryName(patient.Settings.KmsSocket)!);
        File.WriteAllText(patient.Settings.KmsSocket, "precious");

        var found = patient.Look(SocketChecks.Kms);

        Assert.Equal(Outcome.Fail, found.Outcome);
        Assert.StartsWith("mv ", found.Next);
    }

    [Fact]
    public async Task Kms_LeftByADeadProcess_Fails()
    {
        await using var patient = new Patient();
        Directory.CreateDirectory(Path.GetDirectoryName(patient.Settings.KmsSocket)!);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(patient.Settings.KmsSocket + ".0"));
            File.Move(patient.Settings.KmsSocket + ".0", patient.Settings.KmsSocket);
        }

        Assert.Contains("a dead process left it", patient.Look(SocketChecks.Kms).Text);
    }

    [Fact]
    public async Task Admin_WhoListensAndSaysNothing_Fails()
    {
        await using var patient = new Patient();
        using var silent = Listen(patient.Settings.AdminSocket);

        var found = patient.Look(SocketChecks.Admin);

        Assert.Equal(Outcome.Fail, found.Outcome);
        Assert.EndsWith("does not answer", found.Text);
    }

    [Fact]
    public async Task Sockets_WithADaemon_Pass()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();

        Check[] checks = [SocketChecks.Kms, SocketChecks.Admin, SocketChecks.Reach, SocketChecks.Listener];
        Assert.All(checks, check => Assert.Equal(Outcome.Pass, patient.Look(check).Outcome));
    }

    [Fact]
    public async Task Reach_InADirectoryThatOthersCanWrite_Fails()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        Add(Path.GetDirectoryName(patient.Settings.KmsSocket)!, UnixFileMode.OtherWrite);

        var found = patient.Look(SocketChecks.Reach);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.StopsApiServer));
    }

    [Fact]
    public async Task Reach_OfSocketsWithOtherModes_Warns()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        Add(patient.Settings.KmsSocket, UnixFileMode.OtherWrite);
        Assert.Contains("kms.sock has mode 0602", patient.Look(SocketChecks.Reach).Text);
        Add(patient.Settings.AdminSocket, UnixFileMode.GroupRead);

        Assert.Contains("admin.sock has mode 0640", patient.Look(SocketChecks.Reach).Text);
    }

    [Theory]
    [InlineData("", "998", "Warn")]
    [InlineData("own", "", "Warn")]
    [InlineData("own", "998", "Pass")]
    public async Task Reach_ByGroupAndUsers_NeedsBoth(string group, string users, string outcome)
    {
        var own = FileStatus.Of(AppContext.BaseDirectory)!.Value.Group;
        await using var patient = new Patient(
            ("kms.group", group.Length == 0 ? "" : $"{own}"),
            ("kms.allowedUids", users)
        );
        await patient.StartDaemonAsync();

        var found = patient.Look(SocketChecks.Reach);

        Assert.Equal(outcome, found.Outcome.ToString());
        Assert.Equal(outcome != "Pass", found.StopsApiServer);
    }

    [Fact]
    public async Task Reach_WhereTheGroupCantPassTheDirectory_Fails()
    {
        var own = FileStatus.Of(AppContext.BaseDirectory)!.Value.Group;
        await using var patient = new Patient(("kms.group", $"{own}"), ("kms.allowedUids", "998"));
        await patient.StartDaemonAsync();
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(Path.GetDirectoryName(patient.Settings.KmsSocket)!, owner);

        var found = patient.Look(SocketChecks.Reach);

        Assert.Equal(Outcome.Fail, found.Outcome);
        Assert.StartsWith("chgrp ", found.Next);
    }

    [Fact]
    public async Task Reach_OfASocketWithoutItsGroup_Fails()
    {
        await using var patient = new Patient(("kms.group", "54321"), ("kms.allowedUids", "998"));
        using var made = Listen(patient.Settings.KmsSocket);

        Assert.Contains("kms.group 54321 can't reach it", patient.Look(SocketChecks.Reach).Text);
    }

    [Fact]
    public async Task Listener_ThatIsAnotherProgram_FailsAndNamesIt()
    {
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), "python3 is not installed: apt-get install python3");
        await using var patient = new Patient();
        Directory.CreateDirectory(Path.GetDirectoryName(patient.Settings.KmsSocket)!);
        const string script =
            "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); print('x',flush=True); sys.stdin.read()";
        var start = new ProcessStartInfo(python, ["-c", script, patient.Settings.KmsSocket])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var other = Process.Start(start)!;
        Assert.Equal("x", await other.StandardOutput.ReadLineAsync());

        var found = patient.Look(SocketChecks.Listener);
        var holders = SocketProbe.Holders(patient.Settings.KmsSocket);
        other.StandardInput.Close();
        await other.WaitForExitAsync();

        Assert.Equal((Outcome.Fail, true, true), (found.Outcome, found.StopsApiServer, found.CanLoseData));
        Assert.Contains("python3", found.Text);
        Assert.Equal([other.Id], holders);
    }

    [Fact]
    public async Task Health_OfADaemonWithAnOlderGeneration_Warns()
    {
        await using var patient = new Patient();
        await patient.StartDaemonAsync();
        Assert.Equal(Outcome.Pass, patient.Look(DaemonChecks.Health).Outcome);
        patient.Rotate();

        var found = patient.Look(DaemonChecks.Health);

        Assert.Equal((Outcome.Warn, "the daemon serves generation 2, on disk is 3"), (found.Outcome, found.Text));
    }

    [Fact]
    public async Task Health_OfASealedDaemon_FailsWithItsWords()
    {
        await using var patient = new Patient();
        File.Delete(patient.Token);
        await patient.StartDaemonAsync();

        var found = patient.Look(DaemonChecks.Health);

        Assert.Equal((Outcome.Fail, true), (found.Outcome, found.StopsApiServer));
        Assert.Contains("[token-missing]", found.Text);
    }

    private static Socket Listen(string path)
    {
        var socket = BoundSocket.Bind(path, null);
        socket.Listen();
        return socket;
    }

    private static void Add(string path, UnixFileMode mode) =>
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | mode);
}
