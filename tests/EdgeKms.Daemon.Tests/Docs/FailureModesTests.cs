using System.Text.RegularExpressions;
using EdgeKms.Daemon.Survey;
using EdgeKms.KeyRing.Tests.Verdict;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.Daemon.Tests.Docs;

/// <summary>
/// The failure modes have a row for each case of the verdict, and none for another; they and the threat model name the tests that
/// prove their rows. What the rows answer is compared in the tests of the verdict.
/// </summary>
public sealed class FailureModesTests
{
    private static readonly Lazy<HashSet<string>> s_tests = new(() =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(f => Regex.Matches(File.ReadAllText(f), @"(?:public|internal) [\w<> ]*?(\w+_\w+)\("))
                .Select(m => m.Groups[1].Value),
        ]
    );

    public static TheoryData<RingCase> Cases => [.. Enum.GetValues<RingCase>()];

    [Theory, MemberData(nameof(Cases))]
    public void Page_EachCase_HasARow(RingCase which) =>
        Assert.Contains(FailureModesPage.Rows, r => r.Case == VerdictReports.Name(which));

    [Fact]
    public void Page_EachCaseThatItNames_Exists()
    {
        var known = Enum.GetValues<RingCase>().Select(VerdictReports.Name).Append("-").ToHashSet();

        Assert.Empty(FailureModesPage.Rows.Select(r => r.Case).Except(known));
    }

    [Fact]
    public void Page_EachRow_NamesATest() =>
        Assert.Empty(FailureModesPage.Rows.Where(r => !Named(r.Tests).Any()).Select(r => r.What));

    [Theory]
    [InlineData("docs/architecture/failure-modes.md", 7, 40)]
    [InlineData("docs/security/threat-model.md", 4, 10)]
    public void Page_EachTestThatItNames_Exists(string page, int column, int atLeast)
    {
        var named = File.ReadLines(Path.Combine(Repository.Root, page))
            .Where(l => l.StartsWith("| ", StringComparison.Ordinal))
            .Select(l => l.Split('|'))
            .Where(l => l.Length > column + 1)
            .SelectMany(l => Named(l[column]))
            .ToList();

        Assert.True(named.Count >= atLeast, $"{named.Count}");
        Assert.All(named, n => Assert.Contains(n, s_tests.Value));
    }

    private static IEnumerable<string> Named(string cell) =>
        Regex.Matches(cell, "`([A-Z][A-Za-z0-9]+_[A-Za-z0-9_]+)`").Select(m => m.Groups[1].Value);
}
