using System.CommandLine;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Daemon.Commands;
using EdgeKms.Daemon.Credentials;

var io = IoStreams.OfProcess();
var time = TimeProvider.System;
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
return await root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null })
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
