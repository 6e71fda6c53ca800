using System.CommandLine;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Credentials;

namespace EdgeKms.Daemon.Commands;

/// <summary>The whole command line of <c>edgekmsd</c>.</summary>
internal static class DaemonCommands
{
    /// <returns>What the process exits with.</returns>
    internal static Task<int> RunAsync(string[] arguments, TimeProvider time, IoStreams io)
    {
        var options = new SettingOptions();
        options.Show();
        var root = new RootCommand("edgekmsd keeps the key ring and serves KMS v2. People use \"edgekms\".");
        options.AddTo(root);
        root.Subcommands.Add(ServeCommand.Create(options, time, io));
        var keyCommands = KeyCommand.All();
        foreach (var command in KeyCommand.Leaves(keyCommands))
            KeyCommandActions.Bind(command, options, time, io);
        foreach (var command in keyCommands)
            root.Subcommands.Add(command);
        root.Subcommands.Add(KeyCommandActions.Status(options, time, io));
        root.Subcommands.Add(KeyCommandActions.Version(io));

        // Signals are ours: serve drains, a question on the terminal restores the echo.
        // "@x" on the command line is a word like any other, as in edgekms.
        return root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null })
            .InvokeAsync(
                new InvocationConfiguration
                {
                    ProcessTerminationTimeout = null,
                    Output = io.Out,
                    Error = io.Error,
                }
            );
    }
}
