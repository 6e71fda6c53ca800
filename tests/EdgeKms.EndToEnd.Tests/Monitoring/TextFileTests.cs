using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary>The file for node_exporter, which has metrics of its own process.</summary>
public sealed class TextFileTests
{
    [Fact]
    public async Task TextFile_OfAServingDaemon_HasAllButTheProcess()
    {
        await using var home = await ProviderHome.Serving();
        var page = await RunningProcess.Run(CommandProgram.Path, ["metrics", .. home.Settings]);
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            ["metrics", "--textfile", home.At(), .. home.Settings]
        );

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(
            Names(page.Output).Where(n => !n.StartsWith("process_", StringComparison.Ordinal)),
            Names(await File.ReadAllTextAsync(home.At("edgekms.prom")))
        );
        Assert.Contains("process_open_fds", Names(page.Output));
    }

    /// <summary>Of each family, from its two comments.</summary>
    private static IEnumerable<string> Names(string page) =>
        page.Split('\n').Where(l => l.StartsWith("# ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]);
}
