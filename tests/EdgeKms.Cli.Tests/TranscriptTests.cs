using System.Text;

namespace EdgeKms.Cli.Tests;

/// <summary>
/// Each file of Transcripts/ holds command lines with what they print: "$ edgekms ARGUMENTS", standard output, standard
/// error after a line "[error]", and "[exit CODE]". Where a file NAME.json lies beside NAME.txt, a program that prints it
/// stands in for edgekmsd. "$ WIDTH edgekms" is a terminal of that width. EDGEKMS_ACCEPT=1 writes them anew.
/// </summary>
public class TranscriptTests
{
    internal static readonly string Source = FindSource();

    public static TheoryData<string> Names =>
        [
            .. Directory
                .EnumerateFiles(Source, "*.txt")
                .Select(f => Path.GetFileNameWithoutExtension(f))
                .Order(StringComparer.Ordinal),
        ];

    [Theory, MemberData(nameof(Names))]
    public async Task Transcript_EachCommand_PrintsWhatIsWritten(string name)
    {
        var path = Path.Combine(Source, name + ".txt");
        var expected = await File.ReadAllTextAsync(path);
        using var bin = new TemporaryDirectory();
        if (File.Exists(Path.Combine(Source, name + ".json")))
            bin.FakeDaemon($"[ \"$1 $2 $3\" = 'status -o json' ] && exec cat '{Path.Combine(Source, name + ".json")}'");
        var actual = new StringBuilder();
        foreach (var line in expected.Split('\n').Where(l => l.StartsWith("$ ", StringComparison.Ordinal)))
        {
            var words = line.Split(' ');
            var width = words[1] == "edgekms" ? null : (int?)int.Parse(words[1]);
            // Transcripts name their files without a directory.
            var arguments = words[(width is null ? 2 : 3)..]
                .Select(w => w.EndsWith(".json") ? Path.Combine(Source, w) : w);
            var run = await Run.OfAsync([.. arguments], bin.Path, width);
            if (actual.Length > 0)
                actual.Append('\n');
            actual.Append(line).Append('\n').Append(run.Output);
            if (run.Error.Length > 0)
                actual.Append("[error]\n").Append(run.Error);
            actual.Append($"[exit {run.ExitCode}]\n");
        }
        actual.Replace(Source + "/", "");
        if (Environment.GetEnvironmentVariable("EDGEKMS_ACCEPT") == "1")
            await File.WriteAllTextAsync(path, actual.ToString());
        else
            Assert.Equal(expected, actual.ToString());
    }

    [Fact]
    public void Transcripts_OfEachCommandsHelp_AreThere()
    {
        var shown = Names.SelectMany(n => File.ReadLines(Path.Combine(Source, n.Data + ".txt"))).ToHashSet();
        foreach (
            var command in new[]
            {
                "",
                "init ",
                "rotate ",
                "repair ",
                "backup ",
                "restore ",
                "slot ",
                "slot list ",
                "slot add ",
                "slot remove ",
                "slot change-passphrase ",
                "keys ",
                "keys list ",
                "keys destroy ",
                "doctor ",
                "audit-log ",
                "audit-log show ",
                "audit-log verify ",
                "status ",
                "deploy ",
                "reencrypt ",
                "migrate ",
                "remove ",
                "logs ",
                "report ",
                "metrics ",
                "up ",
                "encryption-config ",
                "verify ",
                "scan ",
                "conformance ",
                "config ",
                "config show ",
                "config check ",
                "config schema ",
                "version ",
                "completion ",
            }
        )
            Assert.Contains($"$ edgekms {command}--help", shown);
    }

    private static string FindSource()
    {
        for (
            var directory = AppContext.BaseDirectory;
            directory is not null;
            directory = Path.GetDirectoryName(directory)
        )
        {
            var found = Path.Combine(directory, "tests/EdgeKms.Cli.Tests/Transcripts");
            if (Directory.Exists(found))
                return found;
        }
        throw new DirectoryNotFoundException("Transcripts");
    }
}
