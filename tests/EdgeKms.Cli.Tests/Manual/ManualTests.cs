using System.Diagnostics;
using EdgeKms.Cli.Manual;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Tests.Manual;

/// <summary>The pages that <c>edgekms man</c> writes for the package.</summary>
public sealed class ManualTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private async Task<Dictionary<string, string>> PagesAsync()
    {
        var run = await Run.OfAsync(["man", "--output", _directory.Path]);
        Assert.Equal((0, "", ""), (run.ExitCode, run.Output, run.Error));
        return Directory.GetFiles(_directory.Path).ToDictionary(f => Path.GetFileName(f), File.ReadAllText);
    }

    [Fact]
    public async Task Pages_OfEveryCommandInTheHelp_AreThere()
    {
        var pages = await PagesAsync();
        var help = await Run.OfAsync(["--help"]);
        var commands = help.Output[help.Output.IndexOf("Commands:", StringComparison.Ordinal)..]
            .Split('\n')
            .Where(l => l is [' ', ' ', not ' ', ..])
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
            .ToList();
        Assert.Contains("init", commands);
        string[] expected = [.. commands.Select(c => $"edgekms-{c}.1"), "edgekms.1", "edgekms.json.5", "edgekmsd.8"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), pages.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("edgekms-man.1", pages.Keys);
    }

    [Fact]
    public async Task Pages_EachSetting_IsInBothPlaces()
    {
        var pages = await PagesAsync();
        Assert.All(
            SettingTable.All,
            setting =>
            {
                Assert.Contains($"\n\\fB{Roff.Escape(setting.Name)}\\fR (", pages["edgekms.json.5"]);
                Assert.Contains($"\n{Roff.Bold(setting.Flag)} ", pages["edgekmsd.8"]);
            }
        );
    }

    /// <summary>mandoc is a second reader beside groff, and a strict one.</summary>
    [Fact]
    public async Task Pages_ReadByMandoc_HaveNothingToRemark()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mandoc"), "mandoc is not installed: apt-get install mandoc");
        await PagesAsync();
        var start = new ProcessStartInfo(
            "/usr/bin/mandoc",
            ["-T", "lint", "-W", "style", .. Directory.GetFiles(_directory.Path)]
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var remarks = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        // The system's other pages need not be here.
        var own = remarks.Split('\n').Where(l => l.Length > 0 && !l.Contains("referenced manual not found"));
        Assert.Empty(own);
    }

    [Fact]
    public void ExitStatus_EachCode_SaysWhatTheReferenceSays()
    {
        var page = File.ReadAllLines(Path.Combine(TranscriptTests.Source, "../../../docs/reference/command-line.md"));
        Assert.All(
            Enum.GetValues<ExitCode>(),
            code =>
                Assert.Contains(
                    $"| {(int)code} | {code} | {ExitStatus.Meaning(code)} |",
                    page.Select(l => l.Replace("`", ""))
                )
        );
    }

    [Theory]
    [InlineData(".TH of a text", "\\&.TH of a text")]
    [InlineData("'quoted' \\n", "\\&\\(aqquoted\\(aq \\en")]
    [InlineData("--dry-run", "\\-\\-dry\\-run")]
    [InlineData("UID,…", "UID,\\[u2026]")]
    public void Escape_SignsThatRoffReads_AreText(string text, string roff) => Assert.Equal(roff, Roff.Escape(text));

    [Fact]
    public async Task Directory_Missing_IsSaid()
    {
        var run = await Run.OfAsync(["man", "--output", Path.Combine(_directory.Path, "none")]);
        Assert.Equal(8, run.ExitCode);
        Assert.StartsWith("edgekms: error: can't write ", run.Error);
    }
}
