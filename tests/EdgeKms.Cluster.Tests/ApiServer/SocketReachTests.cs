using System.Diagnostics;
using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Tests.ApiServer;

/// <summary>Whether the API server's process can connect to a real socket.</summary>
public sealed class SocketReachTests : IDisposable
{
    private const UnixFileMode All = (UnixFileMode)0b111_111_111;
    private const UnixFileMode Owner = (UnixFileMode)0b110_000_000;
    private const UnixFileMode Group = (UnixFileMode)0b110_110_000;
    private const UnixFileMode ReadOnlyForOthers = (UnixFileMode)0b110_110_100;

    private const string NoCaps = "0000000000000000";

    private readonly FakeProc _machine = new();

    public void Dispose() => _machine.Dispose();

    private string Socket => _machine["run/kms.sock"];

    private SocketReach Reach(
        string? root = "/",
        (int, int, string, string)? ids = null,
        string program = "kube-apiserver"
    )
    {
        var file = _machine.File("etc/encryption.yaml");
        string[] words = program.Contains(' ', StringComparison.Ordinal)
            ? [program]
            : [program, "--encryption-provider-config=" + file];
        _machine.Add(11, words, root, ids);
        return Assert.IsType<ApiServerSearch.Found>(ApiServerSearch.Run(file, _machine.Proc)).Process.Reach(Socket);
    }

    private static void IsNot(string reason, string hint, SocketReach reach)
    {
        var not = Assert.IsType<SocketReach.Unreachable>(reach);
        Assert.Contains(reason, not.Reason);
        Assert.Contains(hint, not.Hint);
        Assert.DoesNotContain("restart the API server", not.Hint);
    }

    /// <summary>The socket belongs to whoever runs the test, and its group; each row is another user of the API server.</summary>
    [Theory]
    [InlineData(All, All, 4_000, 4_000, "", NoCaps, true)]
    [InlineData(Owner, All, 4_000, 4_000, "", NoCaps, false)]
    [InlineData(Owner, All, 4_000, 4_000, "", "0000000000000002", true)]
    [InlineData(Owner, All, 4_000, 4_000, "", "0000000000000005", false)]
    [InlineData(Owner, All, -1, 4_000, "", NoCaps, true)]
    [InlineData(Group, All, 4_000, -1, "", NoCaps, true)]
    [InlineData(Group, All, 4_000, 4_000, "-1", NoCaps, true)]
    [InlineData(Group, All, 4_000, 4_000, "7 8", NoCaps, false)]
    [InlineData(ReadOnlyForOthers, All, 4_000, 4_000, "", NoCaps, false)]
    [InlineData(All, Group, 4_000, 4_000, "", NoCaps, false)]
    [InlineData(All, Group | UnixFileMode.GroupExecute, 4_000, -1, "", NoCaps, true)]
    [InlineData(All, (UnixFileMode)0b111_000_001, 4_000, 4_000, "", NoCaps, true)]
    [InlineData((UnixFileMode)0b111_000_111, All, 4_000, -1, "", NoCaps, false)]
    public void Reach_Modes_AreThoseOfItsUser(
        UnixFileMode socket,
        UnixFileMode directory,
        int uid,
        int gid,
        string groups,
        string caps,
        bool reaches
    )
    {
        _machine.Listen(Socket, socket);
        File.SetUnixFileMode(_machine["."], All); // the test's own directory is private
        File.SetUnixFileMode(_machine["run"], directory);
        var own = EdgeKms.Cluster.Files.UnixStatus.Of(Socket)!;
        int Id(int id, uint ours) => id < 0 ? (int)ours : id;

        var reach = Reach(
            "/",
            (Id(uid, own.Uid), Id(gid, own.Gid), groups.Replace("-1", $"{own.Gid}", StringComparison.Ordinal), caps)
        );

        if (reaches)
            Assert.IsType<SocketReach.Reachable>(reach);
        else
            IsNot(
                directory == All ? $"may not connect to {Socket}" : $"may not pass {_machine["run"]}",
                "kms.group",
                reach
            );
    }

    [Fact]
    public void Reach_SocketThatIsNotMounted_NamesItsDirectory()
    {
        _machine.Listen(Socket, All);
        var directory = _machine["run"];

        IsNot(
            $"does not see {Socket}: {directory} is not in its file system",
            $"the hostPath volume of {directory}",
            Reach(WithFile(_machine.Root("pod")))
        );
    }

    [Fact]
    public void Reach_AnotherSocketThere_IsSaid()
    {
        _machine.Listen(Socket, All);
        var root = WithFile(_machine.Root("p"));
        _machine.Listen(root + Socket, All);

        IsNot("sees another socket at", "made anew after the pod's start", Reach(root));
    }

    [Fact]
    public void Reach_TheSameSocketThroughAMount_IsReached()
    {
        _machine.Listen(Socket, All);
        var root = WithFile(_machine.Root("p"));
        FakeProc.Link(Socket, root + Socket);

        Assert.IsType<SocketReach.Reachable>(Reach(root));
    }

    [Fact]
    public void Reach_NoSocketAnywhere_IsTheDaemons()
    {
        IsNot("edgekmsd does not run", "sudo systemctl start edgekmsd", Reach());
    }

    [Fact]
    public void Reach_AFileInItsPlace_IsSaid()
    {
        _machine.File("run/kms.sock");

        IsNot("is no socket", "hostPath", Reach());
    }

    [Fact]
    public void Reach_K3s_NamesNoManifest()
    {
        _machine.Listen(Socket, All);

        IsNot(
            "does not see",
            "k3s has a file system of its own",
            Reach(_machine.Root("p"), program: "/usr/local/bin/k3s server")
        );
    }

    [Fact]
    public void Reach_WithoutRoot_CannotTell()
    {
        _machine.Listen(Socket, All);

        Assert.Contains("sudo", Assert.IsType<SocketReach.CannotTell>(Reach(root: null)).Reason);
    }

    /// <summary>A real process that bears the API server's name, seen through the real <c>/proc</c>.</summary>
    [Fact]
    public void Run_RealProcess_IsFoundAndReachesARealSocket()
    {
        var file = _machine.File("etc/encryption.yaml");
        _machine.Listen(Socket, Owner);
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, UseShellExecute = false };
        string[] script =
        [
            "-c",
            "exec -a /usr/local/bin/kube-apiserver bash -c 'read -r _' \"$@\"",
            "x",
            "--encryption-provider-config",
            file,
            "--encryption-provider-config-automatic-reload=true",
        ];
        foreach (var word in script)
            start.ArgumentList.Add(word);
        using var child = Process.Start(start)!;
        try
        {
            ApiServerSearch search;
            do search = ApiServerSearch.Run(file);
            while (search is not ApiServerSearch.Found && !child.HasExited);

            var process = Assert.IsType<ApiServerSearch.Found>(search).Process;
            Assert.Equal(child.Id, process.Pid);
            Assert.True(process.SeesFile);
            Assert.True(process.AutomaticReload);
            Assert.False(process.IsFileMounted);
            Assert.InRange(
                (process.Started!.Value - new DateTimeOffset(child.StartTime)).Duration().TotalSeconds,
                0,
                2
            );
            Assert.IsType<SocketReach.Reachable>(process.Reach(Socket));
        }
        finally
        {
            child.StandardInput.Close();
            child.WaitForExit();
        }
    }

    /// <summary>A pod that has the configuration.</summary>
    private string WithFile(string root)
    {
        var file = _machine.File("etc/encryption.yaml");
        FakeProc.Link(file, root + file);
        return root;
    }
}
