using System.Text.RegularExpressions;
using EdgeKms.Contract.Tests.Repository;

namespace EdgeKms.Contract.Tests.Docs;

/// <summary>Links of every page lead to a file of the project, and to a heading that is there. No page leads to a server that only we have.</summary>
public partial class LinkTests
{
    public static TheoryData<string> Pages =>
        new(
            Directory
                .EnumerateFiles(Checkout.File("."), "*.md", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(Checkout.File("."), f))
                .Where(f =>
                    !f.StartsWith("artifacts", StringComparison.Ordinal)
                    && !f.Contains("/bin/", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_LeadSomewhere(string page)
    {
        var text = File.ReadAllText(Checkout.File(page));
        foreach (Match link in Link().Matches(Fence().Replace(text, "")))
        {
            var target = link.Groups["target"].Value;
            if (target.StartsWith("https://", StringComparison.Ordinal))
            {
                Assert.True(Uri.TryCreate(target, UriKind.Absolute, out _), $"{page}: {target} is no address");
                continue;
            }
            var parts = target.Split('#', 2);
            var file =
                parts[0].Length == 0
                    ? Checkout.File(page)
                    : Path.Combine(Path.GetDirectoryName(Checkout.File(page))!, parts[0]);
            Assert.True(Path.Exists(file), $"{page}: {target} leads nowhere");
            if (parts.Length == 2)
                Assert.True(
                    Anchors(file).Contains(parts[1], StringComparer.Ordinal),
                    $"{page}: {target}: no such heading"
                );
        }
    }

    /// <summary>As GitHub makes them: lower case, without punctuation, hyphens for spaces.</summary>
    private static IEnumerable<string> Anchors(string file) =>
        File.ReadLines(file)
            .Where(l => l.StartsWith('#'))
            .Select(l => l.TrimStart('#').Trim().Replace("`", "", StringComparison.Ordinal))
            .Select(h => Punctuation().Replace(h.ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Punctuation();
}
