using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Pages;

return await new CommandLineProgram(Terminal.OfProcess(), DaemonProgram.OfProcess(), TimeProvider.System).RunAsync(
    args
);
