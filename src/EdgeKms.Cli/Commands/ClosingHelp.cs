using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EdgeKms.Cli.Pages;

namespace EdgeKms.Cli.Commands;

/// <summary>The help with a closing line: where the settings' options are, and where the documentation is.</summary>
internal sealed class ClosingHelp(Terminal terminal) : SynchronousCommandLineAction
{
    // Wide enough for the longest option with its text; a narrower terminal wraps earlier.
    private const int MaxWidth = 110;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(Usual(parseResult));
        var command = parseResult.CommandResult.Command;
        if (command is not ConfigCommand && !command.Parents.OfType<ConfigCommand>().Any())
            output.WriteLine(
                "\nEvery setting of edgekms.json is also an option; \"edgekms config --help\" lists them."
            );
        if (command is RootCommand)
            output.WriteLine(
                "Documentation: docs/reference/command-line.md and docs/reference/configuration.md of EdgeKms."
            );
        return 0;
    }

    /// <summary>The library's help, without the spaces and empty lines that it leaves at the ends.</summary>
    private string Usual(ParseResult parsed)
    {
        var invocation = parsed.InvocationConfiguration;
        var output = invocation.Output;
        using var text = new StringWriter();
        invocation.Output = text;
        try
        {
            new HelpAction { MaxWidth = Math.Min(terminal.Width ?? MaxWidth, MaxWidth) }.Invoke(parsed);
        }
        finally
        {
            invocation.Output = output;
        }
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd())).TrimEnd();
    }
}
