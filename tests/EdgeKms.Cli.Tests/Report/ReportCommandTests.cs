using System.Text.Json;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Tests.Report;

public sealed class ReportCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Report_WithNothingThatAnswers_IsWrittenAllTheSame()
    {
        var run = await Report("--output", _directory["r.html"]);

        Assert.Equal(("", 0), (run.Error, run.ExitCode));
        Assert.Contains("Stored objects     Not checked  The stored objects were not counted: ", run.Output);
        Assert.EndsWith(" KiB; no key, passphrase or token is in it\n", run.Output);
        Assert.Contains("Nothing could be checked.", File.ReadAllText(_directory["r.html"]));
        Assert.Equal([_directory["r.html"]], Directory.GetFiles(_directory.Path, "*.html"));
        // The umask may take bits away and add none.
        Assert.Equal(
            UnixFileMode.None,
            File.GetUnixFileMode(_directory["r.html"])
                & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead)
        );
    }

    [Fact]
    public async Task Report_AsJson_IsTheSameDataAndNoFile()
    {
        var run = await Report("-o", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("edgekms-report/1", json.RootElement.GetProperty("format").GetString());
        Assert.Equal("2026-11-24T12:00:00Z", json.RootElement.GetProperty("time").GetString());
        Assert.Equal("not-checked", json.RootElement.GetProperty("outcome").GetString());
        var scan = json.RootElement.GetProperty("scan");
        Assert.Equal(JsonValueKind.Null, scan.GetProperty("value").ValueKind);
        Assert.Contains("--scan FILE", scan.GetProperty("next").GetString());
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task Report_WithBoth_PrintsTheJsonAndWritesThePage()
    {
        var run = await Report("-o", "json", "--output", _directory["r.html"]);

        Assert.StartsWith("{", run.Output);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(_directory["r.html"]));
    }

    [Fact]
    public async Task Report_ToStandardOutput_IsThePageAlone()
    {
        var run = await Report("--output", "-");

        Assert.StartsWith("<!doctype html>", run.Output);
        Assert.EndsWith("</html>\n", run.Output);
    }

    [Fact]
    public async Task Report_OverAnEarlierOne_ReplacesIt()
    {
        await File.WriteAllTextAsync(_directory["r.html"], "earlier");
        await Report("--output", _directory["r.html"]);

        Assert.StartsWith("<!doctype html>", File.ReadAllText(_directory["r.html"]));
    }

    [Fact]
    public async Task Report_OverWhatIsNoFile_IsRefusedBeforeAnythingIsAsked()
    {
        Directory.CreateDirectory(_directory["d"]);
        File.CreateSymbolicLink(_directory["l"], _directory["target"]);
        foreach (var (path, code) in new[] { (_directory["d"], 3), (_directory["l"], 3), (_directory["no/r"], 2) })
        {
            var run = await Report("--output", path);
            Assert.Equal((code, ""), (run.ExitCode, run.Output));
            Assert.StartsWith($"edgekms: error: ", run.Error);
        }
        Assert.False(File.Exists(_directory["target"]));
    }

    [Fact]
    public async Task Report_WithAKeptScan_ShowsIt()
    {
        var scan = Samples.Scan("k1.a", null, 0);
        await File.WriteAllTextAsync(
            _directory["scan.json"],
            JsonSerializer.Serialize(scan, ScanJson.Default.ScanReport)
        );

        var run = await Report("--scan", _directory["scan.json"], "-o", "json");

        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(
            "All 1,204 Secrets and ConfigMaps are encrypted under the active key, proven 2026-11-24 18:00 UTC.",
            json.RootElement.GetProperty("verdict").GetString()
        );
        Assert.Equal(1204, json.RootElement.GetProperty("scan").GetProperty("value").GetProperty("active").GetInt64());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("null")]
    public async Task Report_WithAFileThatIsNoScan_IsAMistake(string text)
    {
        await File.WriteAllTextAsync(_directory["scan.json"], text);
        var run = await Report("--scan", _directory["scan.json"], "--output", _directory["r.html"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is not a report of edgekms scan", run.Error);
        Assert.False(File.Exists(_directory["r.html"]));
    }

    [Theory]
    [InlineData("--output", "-", "-o", "json")]
    [InlineData("--scan", "s.json", "--all")]
    [InlineData("--scan", "s.json", "--snapshot", "db")]
    [InlineData("--all", "--resource", "secrets")]
    public async Task CommandLine_ThatContradictsItself_IsRefused(params string[] arguments)
    {
        var run = await Report(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("exclude", run.Error);
    }

    [Fact]
    public async Task Report_WithADaemonProgram_AsksItForEachPart()
    {
        _directory.FakeDaemon(
            $$"""
            echo "$1 $2" >> '{{_directory["asked"]}}'
            case "$1 $2" in
              "doctor -o") echo '{"exitCode":2,"passed":0,"warnings":0,"failed":1,"skipped":0,"findings":[{"id":"EK-RING-001","title":"t","outcome":"fail","text":"no ring","means":"m","stopsApiServer":true,"canLoseData":false,"next":"edgekms init"}]}'; exit 2;;
              "audit-log show") echo '{"entries":[],"unreadableLines":0}';;
              "audit-log verify") echo '{"ok":false,"entries":0,"firstSequence":null,"lastSequence":null,"head":null,"tornTails":[],"brokenFile":"a","brokenLine":3,"reason":"r"}'; exit 7;;
              "status -o") exit 9;;
              version*) echo edgekmsd 9.8.7;;
            esac
            """
        );

        var run = await Report("-o", "json");

        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal("problem", root.GetProperty("outcome").GetString());
        Assert.Equal(1, root.GetProperty("doctor").GetProperty("value").GetProperty("failed").GetInt32());
        var verification = root.GetProperty("auditLog").GetProperty("value").GetProperty("verification");
        Assert.Equal(3, verification.GetProperty("brokenLine").GetInt32());
        Assert.Equal(
            "\"edgekms status\" ended with code 9: this user may not read it",
            root.GetProperty("provider").GetProperty("notChecked").GetString()
        );
        Assert.Equal("9.8.7", root.GetProperty("versions").GetProperty("edgekmsd").GetString());
        Assert.Equal(0, run.ExitCode);
    }

    private Task<Run> Report(params string[] more) =>
        Run.OfAsync(
            [
                "report",
                "--admin-socket",
                _directory["no.sock"],
                "--kubeconfig",
                _directory["none"],
                "--etcd-endpoints",
                "http://127.0.0.1:1",
                .. more,
            ],
            _directory.Path
        );
}
