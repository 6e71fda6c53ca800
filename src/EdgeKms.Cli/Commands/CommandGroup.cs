using System.CommandLine;
using System.CommandLine.Help;

namespace EdgeKms.Cli.Commands;

/// <summary>A command that has subcommands prints its help when none is given.</summary>
internal static class CommandGroup
{
    public static void ShowHelpWithoutSubcommand(this Command command) =>
        command.SetAction(parsed =>
        {
            var help = parsed.RootCommandResult.Command.Options.OfType<HelpOption>().Single();
            return ((ClosingHelp)help.Action!).Invoke(parsed);
        });
}
