using System.CommandLine;
using EdgeKms.Cli.Commands;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Manual;

/// <summary>edgekms(1) and a page for each of its commands, from the definitions that parse the command line.</summary>
internal static class CommandPage
{
    private const string Program = CommandLineProgram.Name;

    private static readonly IReadOnlyList<string> s_examples =
    [
        "edgekms init",
        "edgekms deploy --config aksedge-config.json --dry-run",
        "edgekms deploy --config aksedge-config.json",
        "edgekms verify",
        "edgekms status",
        "edgekms rotate",
        "edgekms backup /mnt/usb/edgekms.backup",
    ];

    /// <summary>The commands that have a page.</summary>
    public static IEnumerable<Command> Shown(Command root) => root.Subcommands.Where(c => !c.Hidden);

    public static string NameOf(Command command) => $"{Program}-{command.Name}";

    public static ManualPage OfProgram(EdgeKmsCommand root, ManualEdition edition)
    {
        var page = new ManualPage(Program, 1, edition, "Kubernetes KMS provider: the command that people type");
        page.Section("SYNOPSIS");
        page.Line($"{Roff.Bold(Program)} {Roff.Italic("COMMAND")} [{Roff.Italic("OPTIONS")}]");
        page.Section("DESCRIPTION");
        page.Lead(root.Description!);
        page.Paragraph(
            "edgekms hands what touches the key ring to edgekmsd(8), which it finds in its own directory, else on PATH; "
                + "the terminal goes along, so a passphrase never passes through edgekms. It holds no keys itself."
        );
        page.Section("COMMANDS");
        foreach (var command in Shown(root))
            page.Term($"{Roff.Bold(NameOf(command))}(1)", command.Description!);
        page.Section("OPTIONS");
        foreach (var option in OptionTerm.Shown(root.Options))
            OptionTerm.Write(page, option);
        page.Paragraph("Every setting of edgekms.json(5) is also an option of every command.");
        ExitStatus.Write(page, command: null);
        page.Section("ENVIRONMENT");
        page.Term(Roff.Bold("NO_COLOR"), "Any value takes the colours away.");
        WriteFiles(page);
        page.Section("EXAMPLES");
        page.Lead("The provider on a machine with k3s or kubeadm, from the key ring to the first backup:");
        page.Typed(s_examples);
        page.SeeAlso([.. Shown(root).Select(c => (NameOf(c), 1)), ("edgekmsd", 8), ("edgekms.json", 5)]);
        return page;
    }

    public static ManualPage OfCommand(Command command, Option configuration, ManualEdition edition)
    {
        var page = new ManualPage(NameOf(command), 1, edition, command.Description!);
        page.Section("SYNOPSIS");
        WriteSynopsis(page, command, $"{Program} {command.Name}");
        page.Section("DESCRIPTION");
        page.Lead(command.Description!);
        if (command.Subcommands.Any(c => !c.Hidden))
            page.Section("COMMANDS");
        foreach (var subcommand in command.Subcommands.Where(c => !c.Hidden))
        {
            page.Subsection($"{command.Name} {subcommand.Name}");
            page.Lead(subcommand.Description!);
            WriteOwn(page, subcommand);
        }
        page.Section("OPTIONS");
        WriteOwn(page, command);
        var own = command.Options.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        if (own.Add(configuration.Name))
            OptionTerm.Write(page, configuration);
        page.Term($"{Roff.Bold("-h")}, {Roff.Bold("--help")}", "Show the help of the command.");
        page.Paragraph("Every setting of edgekms.json(5) is also an option.");
        ExitStatus.Write(page, command.Name);
        WriteFiles(page);
        page.SeeAlso([(Program, 1), ("edgekmsd", 8), ("edgekms.json", 5)]);
        return page;
    }

    /// <summary>One line for the command, or one for each of its subcommands.</summary>
    private static void WriteSynopsis(ManualPage page, Command command, string words)
    {
        var subcommands = command.Subcommands.Where(c => !c.Hidden).ToList();
        foreach (var subcommand in subcommands)
        {
            WriteSynopsis(page, subcommand, $"{words} {subcommand.Name}");
            if (subcommand != subcommands[^1])
                page.Line(".br");
        }
        if (subcommands.Count > 0)
            return;
        var line = new List<string> { Roff.Bold(words) };
        foreach (var option in OptionTerm.Shown(command.Options).Where(o => o.Required))
            line.Add($"{Roff.Bold(option.Name)} {Roff.Italic(OptionTerm.Value(option))}");
        foreach (var argument in command.Arguments.Where(a => !a.Hidden))
        {
            var name = Roff.Italic(OptionTerm.Name(argument));
            line.Add(argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name);
        }
        line.Add($"[{Roff.Italic("OPTIONS")}]");
        page.Line(string.Join(' ', line));
    }

    private static void WriteOwn(ManualPage page, Command command)
    {
        foreach (var argument in command.Arguments.Where(a => !a.Hidden))
            OptionTerm.Write(page, argument);
        foreach (var option in OptionTerm.Shown(command.Options))
            OptionTerm.Write(page, option);
    }

    private static void WriteFiles(ManualPage page)
    {
        page.Section("FILES");
        foreach (
            var (path, text) in new[]
            {
                (SettingTable.DefaultFile, "The settings, where the defaults don't fit; edgekms.json(5)."),
                (SettingTable.StateDirectory.Default, "Key ring, checkpoint, node token and audit log."),
                (SettingTable.KmsSocket.Default, SettingTable.KmsSocket.Summary),
                (SettingTable.AdminSocket.Default, SettingTable.AdminSocket.Summary),
            }
        )
            page.Term(Roff.Italic(path), text);
    }
}
