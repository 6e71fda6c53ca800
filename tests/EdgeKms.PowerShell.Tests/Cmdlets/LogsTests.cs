using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Cmdlets;

public sealed class LogsTests : IDisposable
{
    private readonly StandIn _program = new("""{ "file": "/x.zip", "bytes": 512, "entries": ["status.json"] }""");
    private readonly PrivateDirectory _directory = new();
    private readonly Session _session;

    public LogsTests() => _session = new Session(_program.Folder);

    public void Dispose()
    {
        _session.Dispose();
        _program.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Logs_IntoAFile_ReturnsWhatIsInIt()
    {
        var result = _session.Run("Get-AksEdgeLogs -OutputPath /tmp/x.zip");

        Assert.Equal(("/x.zip", 512L), (result["File"], result["Bytes"]));
        Assert.Equal(["status.json"], (object[])result["Entries"]!);
        Assert.Equal(["logs", "--output=/tmp/x.zip", "-o", "json"], _program.Arguments);
    }

    [Fact]
    public void Logs_IntoADirectory_AreNamedAsThePublishedOnes()
    {
        _session.Run("Get-AksEdgeLogs $folder", ("folder", _directory.Path));

        Assert.Matches($"^--output={_directory.Path}/aksedge-logs-\\d{{6}}-\\d{{4}}\\.zip$", _program.Arguments[1]);
    }

    [Fact]
    public void Logs_WhatIf_WritesNone()
    {
        Assert.Empty(_session.Run("Get-AksEdgeLogs /tmp/x.zip -WhatIf").Errors);
        Assert.Empty(_program.Arguments);
        Assert.Contains("What if: ", _session.Screen, StringComparison.Ordinal);
    }
}
