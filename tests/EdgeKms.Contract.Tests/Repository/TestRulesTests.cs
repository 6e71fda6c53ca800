using System.Text.RegularExpressions;

namespace EdgeKms.Contract.Tests.Repository;

/// <summary>How the tests themselves are kept: on a machine that lacks something, and on one that is busy.</summary>
public sealed partial class TestRulesTests
{
    private static readonly string[] s_projects =
    [
        .. Directory
            .EnumerateDirectories(Checkout.File("tests"), "EdgeKms.*.Tests")
            .Select(d => Path.GetFileName(d).Split('.')[1])
            .Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Directory
            .EnumerateFiles(Checkout.File("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith("/TestRulesTests.cs", StringComparison.Ordinal))
            .Select(f => (f, File.ReadAllText(f)));

    private static string[] Listed(string name) =>
        Regex.Match(File.ReadAllText(Checkout.File("test.sh")), $@"(?m)^{name}=\(([^)]*)\)").Groups[1].Value.Split(' ');

    /// <summary>xunit fails each test of a fixture whose start throws, also where it throws a skip.</summary>
    [Fact]
    public void Fixture_AtItsStart_SkipsNothing()
    {
        var starts = Sources().SelectMany(s => StartPattern().Matches(s.Text).Select(m => (s.Path, m.Value))).ToList();
        Assert.True(starts.Count > 5, $"{starts.Count} fixtures were found");
        Assert.DoesNotContain(
            starts,
            s =>
                s.Value.Contains("Require(", StringComparison.Ordinal)
                || s.Value.Contains("Assert.Skip", StringComparison.Ordinal)
        );
    }

    /// <summary>A wait for seconds is a test that fails on a busy machine: a guard against hanging takes a minute and more.</summary>
    [Fact]
    public void Wait_ForWhatShallHappen_IsNotMeasuredInSeconds() =>
        Assert.Empty(Sources().SelectMany(s => ShortWaitPattern().Matches(s.Text).Select(m => $"{s.Path}: {m.Value}")));

    /// <summary>A project that the script doesn't know would never be run.</summary>
    [Fact]
    public void TestScript_Projects_AreAllThatThereAre() =>
        Assert.Equal(s_projects, Listed("in_process").Concat(Listed("published")).Order(StringComparer.Ordinal));

    [Fact]
    public void UnitFilter_Projects_AreThoseOfTheTestScript() =>
        Assert.Equal(
            Listed("in_process").Order(StringComparer.Ordinal),
            Regex
                .Matches(File.ReadAllText(Checkout.File("EdgeKms.Unit.slnf")), @"/EdgeKms\.(\w+)\.Tests\.csproj")
                .Select(m => m.Groups[1].Value)
                .Order(StringComparer.Ordinal)
        );

    [GeneratedRegex(@"ValueTask InitializeAsync\(\)\s*(?:=>[^;]*;|\{.*?\n    \})", RegexOptions.Singleline)]
    private static partial Regex StartPattern();

    [GeneratedRegex(
        @"\b(?:WaitAsync|Ended|Holds|WaitForExit|Wait)\(\s*(?:TimeSpan\.From(?:Milliseconds|Seconds)\(|[0-9])"
    )]
    private static partial Regex ShortWaitPattern();
}
