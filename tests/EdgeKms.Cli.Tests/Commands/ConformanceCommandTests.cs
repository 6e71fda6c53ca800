using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.Commands;

namespace EdgeKms.Cli.Tests.Commands;

public class ConformanceCommandTests
{
    [Fact]
    public async Task List_Text_ShowsNumberLevelRuleAndSource()
    {
        var (code, output, _) = await RunAsync("--list --checks 1,80a");

        Assert.Equal(0, code);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("check  level  rule", lines[0]);
        Assert.Matches("^1      M      .+ \\[.+\\]$", lines[1]);
        Assert.Matches("^80a    S      .+ \\[.+\\]$", lines[2]);
    }

    [Fact]
    public async Task List_Json_IsAnArrayOfChecks()
    {
        var (code, output, _) = await RunAsync("--list -o json");

        Assert.Equal(0, code);
        var first = JsonDocument.Parse(output).RootElement[0];
        Assert.Equal(["number", "section", "level", "title", "source"], first.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("--checks 99")]
    [InlineData("--checks x")]
    [InlineData("--kubernetes new")]
    [InlineData("--kubernetes 1")]
    [InlineData("--timeout 0")]
    [InlineData("--wait soon")]
    [InlineData("-o yaml")]
    [InlineData("--socket @")]
    public void Parse_BadOption_IsAnError(string options) =>
        Assert.NotEmpty(Root().Parse($"conformance {options}").Errors);

    [Fact]
    public async Task Run_NoSocket_IsUsage()
    {
        var (code, output, error) = await RunAsync("");

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.StartsWith("edgekms: error: --socket is missing\nedgekms: hint: ", error);
    }

    [Fact]
    public async Task Run_NobodyListens_IsUnreachable()
    {
        var (code, output, error) = await RunAsync("--socket /nonexistent/kms.sock");

        Assert.Equal(3, code);
        Assert.Empty(output);
        Assert.StartsWith(
            "edgekms: error: can't reach the plugin at /nonexistent/kms.sock: there is no such socket\n",
            error
        );
    }

    [Fact]
    public async Task Run_SocketLeftBehind_SaysThatNobodyListens()
    {
        var folder = Directory.CreateTempSubdirectory("edgekms-cli-");
        var path = Path.Combine(folder.FullName, "kms.sock");
        File.WriteAllText(path, "");

        var (code, _, error) = await RunAsync($"--socket {path}");

        Assert.Equal(3, code);
        Assert.Contains("nobody listens on it", error);
        folder.Delete(recursive: true);
    }

    private static RootCommand Root() => new("test") { ConformanceCommand.Create() };

    private static async Task<(int Code, string Output, string Error)> RunAsync(string options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var configuration = new InvocationConfiguration { Output = output, Error = error };
        var code = await Root().Parse($"conformance {options}").InvokeAsync(configuration);
        return (code, output.ToString(), error.ToString());
    }
}
