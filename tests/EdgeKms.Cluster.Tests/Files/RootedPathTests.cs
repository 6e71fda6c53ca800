using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.Tests.Files;

/// <summary>Paths of another root: no link leads out of it.</summary>
public sealed class RootedPathTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public RootedPathTests()
    {
        _root.Write("run/kms/sock", "");
        _root.Write("etc/x/y/deep", "");
        Directory.CreateDirectory(_root["var"]);
        File.CreateSymbolicLink(_root["var/run"], "/run");
        File.CreateSymbolicLink(_root["var/up"], "../../../run/kms");
        File.CreateSymbolicLink(_root["var/deep"], "/etc/x/y");
        File.CreateSymbolicLink(_root["loop"], "loop");
        File.CreateSymbolicLink(_root["out"], "/proc/self/status");
    }

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("/run/kms/sock", "/run/kms/sock", false)]
    [InlineData("/var/run/kms/sock", "/run/kms/sock", false)]
    [InlineData("/var/up/sock", "/run/kms/sock", false)]
    [InlineData("/../..//run/./kms/sock", "/run/kms/sock", false)]
    [InlineData("/var/deep/../y/deep", "/etc/x/y/deep", false)]
    [InlineData("/var/deep/../run", "/etc/x/run", true)]
    [InlineData("/run/kms/none", "/run/kms/none", true)]
    [InlineData("/run/none/sock", "/run/none", true)]
    [InlineData("/run/kms/sock/x", "/run/kms/sock", true)]
    [InlineData("/out", "/proc", true)]
    [InlineData("/", "/", false)]
    public void Resolve_Path_EndsWhereTheProcessSeesIt(string path, string end, bool isMissing)
    {
        var found = RootedPath.Resolve(_root.Path, path);

        Assert.Equal((end, isMissing), (found.End, found.IsMissing));
        Assert.Equal(isMissing, found.Status is null);
    }

    [Fact]
    public void Resolve_Loop_IsGivenUp()
    {
        var found = RootedPath.Resolve(_root.Path, "/loop");

        Assert.Null(found.Status);
        Assert.False(found.IsMissing);
    }

    [Fact]
    public void Resolve_Directories_AreThoseThatArePassed()
    {
        var found = RootedPath.Resolve(_root.Path, "/var/run/kms/sock");

        Assert.Equal(["/", "/var", "/", "/run", "/run/kms"], found.Directories.Select(d => d.Path));
        Assert.All(found.Directories, d => Assert.True(d.Status.IsDirectory));
    }
}
