using System.Net.Sockets;
using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Tests.Sockets;

public sealed class BoundSocketTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("edgekms-test-").FullName;

    private string Target => Path.Combine(_root, "kms.sock");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Bind_BeforeListen_HasItsModeAlready()
    {
        using var socket = BoundSocket.Bind(Target, null);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void Bind_WithAGroup_LetsTheGroupConnect()
    {
        // The tests' own group, which no right of root's is needed for.
        using var socket = BoundSocket.Bind(Target, FileStatus.Of(_root)!.Value.Group);

        const UnixFileMode group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | group, File.GetUnixFileMode(Target));
    }

    [Fact]
    public void Bind_InADirectoryThatOthersCanWrite_IsRefused()
    {
        File.SetUnixFileMode(_root, File.GetUnixFileMode(_root) | UnixFileMode.OtherWrite);

        Assert.Equal(ErrorCode.SocketFailed, Refusal());
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void Bind_WhereAFileOrDirectoryIs_LeavesItAlone()
    {
        File.WriteAllText(Target, "precious");
        Assert.Equal(ErrorCode.SocketOccupied, Refusal());
        Assert.Equal("precious", File.ReadAllText(Target));

        File.Delete(Target);
        Directory.CreateDirectory(Target);
        Assert.Equal(ErrorCode.SocketOccupied, Refusal());
        Assert.True(Directory.Exists(Target));
    }

    [Fact]
    public void Bind_WhereALinkIs_LeavesItsTargetAlone()
    {
        File.WriteAllText(Path.Combine(_root, "precious"), "precious");
        File.CreateSymbolicLink(Target, Path.Combine(_root, "precious"));

        Assert.Equal(ErrorCode.SocketOccupied, Refusal());
        Assert.True(File.Exists(Path.Combine(_root, "precious")));
    }

    [Fact]
    public void Bind_OnAStaleSocket_ReplacesIt()
    {
        Stale();

        using var socket = BoundSocket.Bind(Target, null);
        socket.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Target));
        Assert.True(client.Connected);
    }

    [Fact]
    public void Bind_WhereSomebodyListens_IsRefusedAndLeavesHimTheSocket()
    {
        using var other = BoundSocket.Bind(Target, null);
        other.Listen();

        Assert.Equal(ErrorCode.SocketInUse, Refusal());
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Target));
        Assert.True(client.Connected);
    }

    /// <summary>What a killed process leaves: a bound socket file that nobody listens on.</summary>
    private void Stale()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Target + ".0"));
        File.Move(Target + ".0", Target); // .NET removes the file by its old name when the socket is closed
        socket.Dispose();
        Assert.True(File.Exists(Target));
    }

    private ErrorCode Refusal() => Assert.Throws<EdgeKmsException>(() => BoundSocket.Bind(Target, null)).Code;
}
