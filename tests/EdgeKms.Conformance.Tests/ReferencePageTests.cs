using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests;

public class ReferencePageTests
{
    /// <summary>docs/reference/conformance.md has the checks as --list shows them, no more and no fewer.</summary>
    [Fact]
    public void Page_TableOfChecks_IsTheList()
    {
        var page = File.ReadAllLines(Path.Combine(Root(), "docs/reference/conformance.md"));
        var start = Array.IndexOf(page, "| check | level | rule | source |");

        var table = page.Skip(start + 2).TakeWhile(l => l.StartsWith('|'));

        Assert.Equal(
            ListedCheck
                .Select(CheckSelection.All)
                .Select(c => $"| {c.Number} | {"MSP"[(int)c.Level]} | {c.Title} | {c.Source} |"),
            table
        );
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EdgeKms.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("not inside the repository");
    }
}
