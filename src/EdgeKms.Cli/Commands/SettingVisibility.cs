using System.CommandLine;
using System.CommandLine.Parsing;

namespace EdgeKms.Cli.Commands;

/// <summary>
/// Every setting is an option of every command, which would bury each command's own. They are shown where someone asks
/// for them: in the help of <c>config</c>, and in completion once an option's first letter is typed.
/// </summary>
internal static class SettingVisibility
{
    public static bool IsAsked(ParseResult parsed)
    {
        if (IsConfig(parsed.CommandResult))
            return true;
        // [suggest:N] is followed by the line that is being typed, as one word.
        if (parsed.Tokens is not [{ Type: TokenType.Directive }, .., var line])
            return false;
        var words = line.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [ConfigCommand.CommandName, ..] || (words is [.., var last] && last is ['-', '-', _, ..]);
    }

    private static bool IsConfig(CommandResult? result)
    {
        for (SymbolResult? r = result; r is not null; r = r.Parent)
        {
            if (r is CommandResult { Command: ConfigCommand })
                return true;
        }
        return false;
    }
}
