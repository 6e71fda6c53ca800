using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.ControlPlane;

public sealed class LocalStateTests
{
    [Fact]
    public void Open_ByTwo_IsRefusedUntilTheFirstIsDone()
    {
        using var directory = new TemporaryState();
        var failure = Assert.Throws<CommandException>(() => LocalState.Open(directory.Path));
        Assert.Equal(ExitCode.Busy, failure.ExitCode);
        directory.State.Dispose();
        LocalState.Open(directory.Path).Dispose();
    }

    [Theory]
    [InlineData(0b111_000_001)]
    [InlineData(0b111_100_000)]
    public void Open_OfADirectoryThatOthersMayEnter_IsRefused(int mode)
    {
        using var directory = new TemporaryState();
        directory.State.Dispose();
        File.SetUnixFileMode(directory.Path, (UnixFileMode)mode);
        var failure = Assert.Throws<CommandException>(() => LocalState.Open(directory.Path));
        Assert.Equal(ExitCode.Permission, failure.ExitCode);
        Assert.Equal((UnixFileMode)mode, File.GetUnixFileMode(directory.Path));
    }

    [Fact]
    public void Endpoints_File_IsWhatOtherCommandsRead()
    {
        using var directory = new TemporaryState();
        EndpointsFile.Write(directory.State, new Ports(6443, 2379, 2380));
        Assert.Equal(
            """{"apiServer":"https://127.0.0.1:6443","etcd":"https://127.0.0.1:2379"}""" + "\n",
            File.ReadAllText(directory.State.Endpoints)
        );
    }
}
