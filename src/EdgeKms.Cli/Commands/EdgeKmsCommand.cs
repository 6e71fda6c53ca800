using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using EdgeKms.Cli.Completion;
using EdgeKms.Cli.Handover;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary>
/// The root command. Its help lists the commands in the order in which they are added: the ring, its state, what goes
/// to clusters and plugins, the settings, the rest.
/// </summary>
internal sealed class EdgeKmsCommand : RootCommand
{
    public EdgeKmsCommand(Session session)
        : base("Kubernetes KMS provider: keys of the cluster's Secrets, rotated, kept by the administrator.")
    {
        HelpName = CommandLineProgram.Name;
        session.Settings.AddTo(this);
        var keyCommands = KeyCommand.All();
        foreach (var command in KeyCommand.Leaves(keyCommands))
            command.SetAction(_ => HandOver(session));
        foreach (var command in keyCommands)
        {
            if (command is not KeyCommand)
                command.ShowHelpWithoutSubcommand();
            Subcommands.Add(command);
        }
        Subcommands.Add(new StatusCommand(session));
        Subcommands.Add(new DeployCommand(session));
        Subcommands.Add(new UpCommand(session));
        Subcommands.Add(new VerifyCommand(session));
        Subcommands.Add(new ScanCommand(session));
        Subcommands.Add(new ReencryptCommand(session));
        Subcommands.Add(new MigrateCommand(session));
        Subcommands.Add(new MetricsCommand(session));
        Subcommands.Add(new RemoveCommand(session));
        Subcommands.Add(new LogsCommand(session));
        Subcommands.Add(new ReportCommand(session));
        Subcommands.Add(new EncryptionConfigCommand(session));
        Subcommands.Add(ConformanceCommand.Create());
        Subcommands.Add(new ConfigCommand(session));
        Subcommands.Add(new VersionCommand(session));
        Subcommands.Add(new CompletionCommand(session));
        Subcommands.Add(new RunChildCommand());
        Subcommands.Add(new ManCommand(session));
        this.ShowHelpWithoutSubcommand();
        // Not the library's own: that one also answers to /h and /?, which are paths here.
        Options.Remove(Options.OfType<HelpOption>().Single());
        Options.Add(
            new HelpOption("--help", "-h")
            {
                Description = "Show this help.",
                Action = new ClosingHelp(session.Terminal),
            }
        );
        var suggest = Directives.OfType<SuggestDirective>().Single();
        suggest.Action = new Suggestions((SynchronousCommandLineAction)suggest.Action!);
        var version = Options.OfType<VersionOption>().Single();
        version.Description = "Show the version of edgekms.";
        version.Action = new VersionLine();
    }

    private static int HandOver(Session session) =>
        throw ProcessImage.Replace(session.Daemon.Path(), session.Arguments);
}
