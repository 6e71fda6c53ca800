using EdgeKms.Daemon.Commands;
using EdgeKms.Daemon.Credentials;

return await DaemonCommands.RunAsync(args, TimeProvider.System, IoStreams.OfProcess());
