using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Pages;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Tests.Docs;

/// <summary>
/// Every command of edgekms that a page shows is one that this program takes. What the pages of docs/operate, README and "Get
/// started" show is typed by the end-to-end tests besides.
/// </summary>
public class ShownCommandsTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(TranscriptTests.Source, "../../.."));

    public static TheoryData<string> Pages =>
        new(
            Directory
                .EnumerateFiles(Path.Combine(s_root, "docs"), "*.md", SearchOption.AllDirectories)
                .Append(Path.Combine(s_root, "README.md"))
                .Select(f => Path.GetRelativePath(s_root, f))
                .Where(f => Commands(f).Any())
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Pages))]
    public void Commands_OfAPage_AreTaken(string page)
    {
        using var nowhere = new StringWriter();
        var session = new Session(
            new Terminal(nowhere, nowhere, null, false),
            new DaemonProgram(null, ""),
            new FixedTime(Run.Now),
            new SettingOptions(),
            []
        );
        var root = new EdgeKmsCommand(session);
        foreach (var command in Commands(page))
        {
            var words = CommandLineParser.SplitCommandLine(command.Replace('\'', '"')).Skip(1).ToArray();
            var errors = root.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null }).Errors;
            Assert.True(errors.Count == 0, $"{page}: {command}: {string.Join("; ", errors.Select(e => e.Message))}");
        }
    }

    /// <summary>Lines of fenced blocks that begin with the program, after a prompt and sudo; without what a shell does with them.</summary>
    private static IEnumerable<string> Commands(string page)
    {
        var isCode = false;
        var text = File.ReadAllText(Path.Combine(s_root, page)).Replace("\\\n", "", StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            var command = line.TrimStart('$', '#', ' ');
            if (command.StartsWith("sudo ", StringComparison.Ordinal))
                command = command["sudo ".Length..];
            if (!isCode || !command.StartsWith("edgekms ", StringComparison.Ordinal))
                continue;
            command = UpToTheShell(command);
            if (!command.Contains('[', StringComparison.Ordinal) && !command.Contains('…', StringComparison.Ordinal))
                yield return command.TrimEnd();
        }
    }

    /// <summary>A comment, a pipe, a redirection or another command ends it, unless it is quoted.</summary>
    private static string UpToTheShell(string command)
    {
        char? quote = null;
        for (var i = 0; i < command.Length; i++)
        {
            if (command[i] is '"' or '\'' && (quote is null || quote == command[i]))
                quote = quote is null ? command[i] : null;
            else if (quote is null && command[i] is ('#' or '|' or '>' or '<' or ';' or '&'))
                return command[..i];
        }
        return command;
    }
}
