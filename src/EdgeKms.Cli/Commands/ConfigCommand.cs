using System.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms config</c>; its help is where the settings' options are shown.</summary>
internal sealed class ConfigCommand : Command
{
    public const string CommandName = "config";

    public ConfigCommand(Session session)
        : base(CommandName, "Show, check and describe the settings.")
    {
        Subcommands.Add(new ConfigShowCommand(session));
        Subcommands.Add(new ConfigCheckCommand(session));
        Subcommands.Add(new ConfigSchemaCommand(session));
        this.ShowHelpWithoutSubcommand();
    }
}
