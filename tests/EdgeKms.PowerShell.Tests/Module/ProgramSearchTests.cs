using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.PowerShell.Tests.Engine;
using EdgeKms.PowerShell.Tests.Programs;

namespace EdgeKms.PowerShell.Tests.Module;

public sealed class ProgramSearchTests
{
    [Fact]
    public void Program_BesideTheModule_ComesFirst()
    {
        using var beside = new StandIn("""{ "from": "beside" }""");
        using var onPath = new StandIn("""{ "from": "path" }""");
        foreach (var file in Directory.EnumerateFiles(ModuleFiles.Folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(beside.Folder, Path.GetRelativePath(ModuleFiles.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        using var session = new Session(Path.Combine(beside.Folder, "AKSEdge.psd1"), [onPath.Folder]);

        Assert.Equal("beside", session.Run("Update-AksEdgeSecretEncryption")["From"]);
    }

    [Fact]
    public void Program_ThatNobodyMayRun_IsPassedOver()
    {
        using var directory = new PrivateDirectory();
        File.WriteAllText(directory.At("edgekms"), "text");
        using var onPath = new StandIn("""{ "from": "path" }""");
        using var session = new Session(directory.Path, onPath.Folder);

        Assert.Equal("path", session.Run("Update-AksEdgeSecretEncryption")["From"]);
    }

    [Fact]
    public void Program_InARelativeEntryOfPath_IsNotRun()
    {
        using var program = new StandIn("{}");
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, program.Folder);
        using var session = new Session();

        var error = session.Run("$env:PATH = $relative; Get-AksEdgeKms", ("relative", relative)).Error;

        Assert.Equal("EdgeKmsProgramNotFound,Get-AksEdgeKms", error.FullyQualifiedErrorId);
        Assert.Empty(program.Arguments);
    }

    [Fact]
    public void Program_ThatIsNone_SaysItCantBeStarted()
    {
        using var program = new StandIn("{}");
        File.WriteAllText(Path.Combine(program.Folder, "edgekms"), "\u0001 no program");
        using var session = new Session(program.Folder);

        Assert.Equal(
            "EdgeKmsProgramNotStarted,Get-AksEdgeKms",
            session.Run("Get-AksEdgeKms").Error.FullyQualifiedErrorId
        );
    }
}
