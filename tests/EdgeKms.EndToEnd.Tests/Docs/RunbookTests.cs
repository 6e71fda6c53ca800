using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>
/// Every console block of docs/operate is typed into a shell, in the situation that it is for. The shell has
/// <c>edgekms</c> with this home's settings, which gives the passphrase where a person would be asked, and a
/// <c>systemctl</c> that starts the daemon.
/// </summary>
public sealed class RunbookTests
{
    public static TheoryData<string, int> Blocks { get; } =
        new(
            from page in Directory.GetFiles(Folder, "*.md").Order(StringComparer.Ordinal)
            from block in Enumerable.Range(0, Runbook.Read(page).Count)
            select (Path.GetFileName(page), block)
        );

    private static string Folder => Path.Combine(Pages.Root, "docs", "operate");

    [Fact]
    public void Pages_OfOperate_EachHaveABlock() =>
        Assert.All(Directory.GetFiles(Folder, "*.md"), page => Assert.NotEmpty(Runbook.Read(page)));

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Block_TypedByAPerson_DoesWhatThePageSays(string page, int number)
    {
        var block = Runbook.Read(Path.Combine(Folder, page))[number];
        var edgekms = CommandProgram.Path;
        await using var home = new ProviderHome();
        await using var situation = await Situation.Make(block.Situation, home, edgekms);
        foreach (var step in block.Steps)
        {
            var result = await situation.Type(step.Command);
            Runbook.Compare(step, result.Output + result.Error);
            var expectsError = step.Output.Any(l => l.StartsWith("edgekms: error:", StringComparison.Ordinal));
            Assert.True(result.Exit != 0 == expectsError, $"{step.Command}: {result}");
        }
        await situation.NothingIsLost();
    }
}
