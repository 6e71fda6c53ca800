using System.CommandLine;
using EdgeKms.Cli.Commands;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Cluster.Deploy.Units;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Deploy;

/// <summary>Which machine is meant: this one, or an image; its settings and its edgekmsd are those that count.</summary>
internal sealed class ImageOptions
{
    private static readonly string[] s_programs =
    [
        // Of the package, whose /usr/bin/edgekmsd is a link, which an image may not have.
        "/usr/lib/edgekms/edgekmsd",
        "/usr/bin/edgekmsd",
        "/usr/local/bin/edgekmsd",
        "/usr/sbin/edgekmsd",
    ];

    internal Option<string> Root { get; } =
        new("--root")
        {
            Description = "Work on the image that is mounted at DIR instead of this machine; nothing is started.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "/",
        };

    internal Option<string?> Settings { get; } =
        new("--settings")
        {
            Description = $"Configuration file of EdgeKms, where it is not {SettingTable.DefaultFile}.",
            HelpName = "FILE",
        };

    /// <exception cref="CommandException">Exit code 2: no such directory.</exception>
    internal ImageRoot RootOf(ParseResult parsed)
    {
        var path = Path.GetFullPath(parsed.GetRequiredValue(Root));
        return Directory.Exists(path)
            ? new ImageRoot(path)
            : throw new CommandException(
                ExitCode.Usage,
                $"{path} is not a directory",
                "name the root of the mounted image"
            );
    }

    /// <exception cref="CommandException">Exit code 2: no such directory, or its settings are wrong; 11: no edgekmsd.</exception>
    internal Image Read(ParseResult parsed, Session session)
    {
        var root = RootOf(parsed);
        var named = parsed.GetValue(Settings);
        var file = named ?? (root.FileExists(SettingTable.DefaultFile) ? root.Resolve(SettingTable.DefaultFile) : null);
        var settings = session.Settings.Read(parsed, file);
        var arguments = session.Settings.Given(parsed).ToList();
        if (named is not null)
            arguments.Insert(0, "--config=" + (root.IsThisMachine ? Path.GetFullPath(named) : named));
        return new Image(root, new ProviderUnit(settings, Program(root, session), arguments));
    }

    /// <summary>This machine with the settings of the usual options.</summary>
    /// <exception cref="CommandException">Exit code 11: no edgekmsd.</exception>
    internal static Image ThisMachine(ParseResult parsed, Session session) =>
        new(
            new ImageRoot("/"),
            new ProviderUnit(session.Settings.Read(parsed), session.Daemon.Path(), session.Settings.Given(parsed))
        );

    private static string Program(ImageRoot root, Session session) =>
        root.IsThisMachine
            ? session.Daemon.Path()
            : s_programs.FirstOrDefault(root.FileExists)
                ?? throw new CommandException(
                    ExitCode.Unreachable,
                    $"the image has no edgekmsd at {string.Join(" or ", s_programs)}",
                    "install EdgeKms into the image first"
                );
}
