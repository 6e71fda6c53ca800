using System.Text.RegularExpressions;

namespace EdgeKms.Daemon.Tests.Credentials;

public sealed partial class IoStreamsTests
{
    /// <summary>What a verb writes past its streams no test in process sees.</summary>
    [Fact]
    public void Sources_OfTheDaemon_UseTheConsoleInOnePlace()
    {
        var source = Path.Combine(Repository.Root, "src/EdgeKms.Daemon");
        var users = Directory
            .EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(f => UsesConsole().IsMatch(File.ReadAllText(f)))
            .Select(f => Path.GetRelativePath(source, f));

        Assert.Equal(["Credentials/IoStreams.cs"], users);
    }

    [GeneratedRegex(@"\bConsole\.[A-Z]")]
    private static partial Regex UsesConsole();
}
