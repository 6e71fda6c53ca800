using System.Text.Json;

namespace EdgeKms.Cli.Tests.Commands;

public class CommandTests
{
    [Fact]
    public async Task Version_WithDaemon_PrintsBothAndThePath()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("[ \"$*\" = version ] && echo edgekmsd 9.8.7");
        var run = await Run.OfAsync(["version"], bin.Path);
        Assert.Matches($"^edgekms [0-9.]+\nedgekmsd 9.8.7 \\({bin["edgekmsd"]}\\)\n$", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Version_AsJson_HasBoth()
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon("echo edgekmsd 9.8.7");
        using var json = JsonDocument.Parse((await Run.OfAsync(["version", "-o", "json"], bin.Path)).Output);
        Assert.Equal("9.8.7", json.RootElement.GetProperty("edgekmsd").GetString());
        Assert.Equal(bin["edgekmsd"], json.RootElement.GetProperty("edgekmsdPath").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("missing").ValueKind);
    }

    [Theory]
    [InlineData("exit 1")]
    [InlineData("echo something else")]
    [InlineData("printf 'edgekmsd \\033[2J\\n'")]
    [InlineData("head -c 5000000 /dev/zero 2>/dev/null")]
    public async Task Version_DaemonWithAnotherAnswer_SaysSo(string shell)
    {
        using var bin = new TemporaryDirectory();
        bin.FakeDaemon(shell);
        var run = await Run.OfAsync(["version"], bin.Path);
        Assert.Matches("\nedgekmsd: .*(does not tell its version|more than 4 MiB)\n$", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Config_EverySettingOfTheFile_IsShownWithItsOrigin()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["e.json"], """{ "kms": { "maxStreams": 100, "allowedUids": [5, 6] } }""");
        var run = await Run.OfAsync([
            "config",
            "show",
            "-o",
            "json",
            "--config",
            directory["e.json"],
            "--log-level",
            "debug",
        ]);
        using var json = JsonDocument.Parse(run.Output);
        var settings = json
            .RootElement.GetProperty("settings")
            .EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!);
        Assert.Equal(directory["e.json"], json.RootElement.GetProperty("file").GetString());
        Assert.Equal(
            "100 file",
            $"{settings["kms.maxStreams"].GetProperty("value")} {settings["kms.maxStreams"].GetProperty("origin")}"
        );
        Assert.Equal(
            "[5,6]",
            settings["kms.allowedUids"].GetProperty("value").GetRawText().Replace(" ", "").Replace("\n", "")
        );
        Assert.Equal(
            "debug flag",
            $"{settings["log.level"].GetProperty("value")} {settings["log.level"].GetProperty("origin")}"
        );
        Assert.Equal("default", settings["kms.socket"].GetProperty("origin").GetString());
    }

    [Fact]
    public async Task ConfigSchema_Output_IsTheDeployedSchema()
    {
        var run = await Run.OfAsync(["config", "schema"]);
        Assert.Equal(EdgeKms.Contract.Settings.SettingsSchema.Write(), run.Output);
    }

    [Fact]
    public async Task AtSign_InAnArgument_IsNoResponseFile()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory["r"], "--help");
        var run = await Run.OfAsync(["status", "@" + directory["r"]]);
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public async Task Help_WithAnErrorElsewhere_IsStillShown()
    {
        var run = await Run.OfAsync(["status", "--nonsense", "--help"]);
        Assert.Equal("", run.Error);
        Assert.Contains("edgekms status [options]", run.Output);
    }

    [Fact]
    public async Task CommandLinePage_EveryCommandAndVisibleOption_IsThere()
    {
        var page = File.ReadAllText(Path.Combine(TranscriptTests.Source, "../../../docs/reference/command-line.md"));
        foreach (
            var command in new[]
            {
                "init",
                "rotate",
                "repair",
                "audit-log show",
                "audit-log verify",
                "keys list",
                "keys destroy",
                "doctor",
                "status",
                "deploy",
                "reencrypt",
                "migrate",
                "remove",
                "logs",
                "report",
                "metrics",
                "up",
                "encryption-config",
                "verify",
                "scan",
                "config show",
                "config check",
                "config schema",
                "version",
                "completion",
            }
        )
        {
            Assert.Contains($"edgekms {command}", page);
            var help = (await Run.OfAsync([.. command.Split(' '), "--help"])).Output;
            foreach (
                var option in help.Split(' ', '\n', ',').Where(w => w.StartsWith("--") && !command.StartsWith("config"))
            )
                Assert.Contains(option.TrimEnd(';'), page);
        }
    }
}
