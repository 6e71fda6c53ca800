using System.Text.RegularExpressions;

namespace EdgeKms.Daemon.Tests.Docs;

/// <summary>The failure modes and the threat model name the tests that prove their rows.</summary>
public sealed class FailureModesTests
{
    [Theory]
    [InlineData("docs/architecture/failure-modes.md", 6, 20)]
    [InlineData("docs/security/threat-model.md", 4, 10)]
    public void Page_EachTestThatItNames_Exists(string page, int column, int atLeast)
    {
        var tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .ToList();
        var cells = File.ReadLines(Path.Combine(Repository.Root, page))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Select(l => l.Split('|'))
            .Where(l => l.Length > column + 1)
            .Select(l => l[column].Trim())
            .ToList();

        var named = cells.SelectMany(c => Regex.Matches(c, "`([A-Z][A-Za-z0-9]+_[A-Za-z0-9_]+)`")).ToList();

        Assert.True(named.Count >= atLeast, $"{named.Count}");
        Assert.All(
            named,
            n => Assert.Contains(tests, text => text.Contains($" {n.Groups[1].Value}(", StringComparison.Ordinal))
        );
    }
}
