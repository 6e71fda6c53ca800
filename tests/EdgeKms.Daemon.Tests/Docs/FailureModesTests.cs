using System.Text.RegularExpressions;

namespace EdgeKms.Daemon.Tests.Docs;

/// <summary>docs/operate/failure-modes.md names the test that proves each row.</summary>
public sealed class FailureModesTests
{
    [Fact]
    public void Page_EachTestThatItNames_Exists()
    {
        var tests = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .ToList();
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs/operate/failure-modes.md"))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1)
            .Select(l => l.Split('|')[6].Trim())
            .ToList();
        Assert.True(rows.Count > 10);

        var named = rows.SelectMany(r => Regex.Matches(r, "`([A-Za-z0-9_]+)`").Select(m => m.Groups[1].Value)).ToList();

        Assert.All(named, name => Assert.Contains(tests, text => text.Contains($" {name}(", StringComparison.Ordinal)));
        Assert.All(rows, row => Assert.True(row == "-" || row.Contains('`'), row));
    }
}
