using System.CommandLine;
using System.CommandLine.Invocation;

namespace EdgeKms.Cli.Completion;

/// <summary>
/// What the library suggests, without options where no hyphen is typed yet: a person who presses the tabulator key
/// after <c>edgekms config</c> wants to see the subcommands.
/// </summary>
internal sealed class Suggestions(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    // A line that is being typed is rarely a whole one.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var invocation = parseResult.InvocationConfiguration;
        var output = invocation.Output;
        using var text = new StringWriter();
        invocation.Output = text;
        int code;
        try
        {
            code = usual.Invoke(parseResult);
        }
        finally
        {
            invocation.Output = output;
        }
        var word = parseResult.Tokens is [.., var line] ? line.Value.Split(' ')[^1] : "";
        foreach (var suggestion in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.StartsWith('-') || !suggestion.StartsWith('-'))
                output.WriteLine(suggestion);
        }
        return code;
    }
}
