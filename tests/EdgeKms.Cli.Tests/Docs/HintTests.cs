using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cli.Tests.Docs;

/// <summary>
/// The programs without keys can't know whether a new ring or a restart of the daemon loses Secrets: only the verdict does. So their own
/// words name neither, but for the few lines here.
/// </summary>
public class HintTests
{
    private static readonly string[] s_projects = ["EdgeKms.Cli", "EdgeKms.Cluster"];

    /// <summary>Each with why it may.</summary>
    private static readonly (string File, string Line)[] s_allowed =
    [
        ("CommandPage.cs", "\"edgekms init\","), // the first example of the man page
        ("StatusVerdict.cs", "Contains(\"edgekms init\""), // takes that advice out of an older daemon's report
        ("KnownErrors.cs", "where \\\"edgekms status\\\" is healthy: sudo systemctl restart edgekmsd"), // the verdict is asked first
    ];

    [Theory]
    [InlineData("edgekms init")]
    [InlineData("restart edgekmsd")]
    [InlineData("--accept-rollback")]
    [InlineData("--another-ring")]
    public void Words_OfTheProgramsWithoutKeys_AdviseNothingThatOnlyTheVerdictKnows(string advice)
    {
        var root = Path.GetFullPath(Path.Combine(TranscriptTests.Source, "../../.."));
        var found = s_projects
            .SelectMany(p =>
                Directory.EnumerateFiles(Path.Combine(root, "src", p), "*.cs", SearchOption.AllDirectories)
            )
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(f).Select(l => (File: Path.GetFileName(f), Line: l.Trim())))
            .Where(l =>
                l.Line.Contains(advice, StringComparison.Ordinal) && !l.Line.StartsWith("//", StringComparison.Ordinal)
            )
            .Where(l => !s_allowed.Any(a => a.File == l.File && l.Line.Contains(a.Line, StringComparison.Ordinal)));

        Assert.Empty(found);
    }
}
