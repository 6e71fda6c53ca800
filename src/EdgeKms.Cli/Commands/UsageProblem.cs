using System.CommandLine;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary>A command line that can't be parsed, as the usual pair: what is wrong, what was probably meant.</summary>
internal static class UsageProblem
{
    public static CommandException Of(ParseResult parsed)
    {
        var unmatched = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null;
        // A mistyped subcommand also leaves the required one out: what was typed says more than what wasn't.
        var error = parsed.Errors.FirstOrDefault(e =>
            unmatched is not null && e.Message.Contains($"'{unmatched}'", StringComparison.Ordinal)
        );
        var message = Lower((error ?? parsed.Errors[0]).Message);
        var usage = $"\"{Path(parsed)} --help\" shows the usage";
        var near = unmatched is null ? null : Spelling.Nearest(unmatched.Split('=')[0], Names(parsed));
        return new CommandException(
            ExitCode.Usage,
            message,
            near is null ? usage : $"did you mean \"{near}\"? {usage}"
        );
    }

    private static string Lower(string message)
    {
        var text = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .TrimEnd('.')
            .Replace(". Must be one of:", "; it must be one of", StringComparison.Ordinal);
        return char.ToLowerInvariant(text[0]) + text[1..];
    }

    private static string Path(ParseResult parsed)
    {
        var names = new List<string>();
        for (
            var command = parsed.CommandResult;
            command is not null;
            command = command.Parent as System.CommandLine.Parsing.CommandResult
        )
            names.Insert(0, command.Command is RootCommand ? CommandLineProgram.Name : command.Command.Name);
        return string.Join(' ', names);
    }

    private static IEnumerable<string> Names(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var recursive = parsed.RootCommandResult.Command.Options.Where(o => o.Recursive);
        return command
            .Subcommands.Where(c => !c.Hidden)
            .Select(c => c.Name)
            .Concat(command.Options.Concat(recursive).Select(o => o.Name));
    }
}
