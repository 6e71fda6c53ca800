using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Pages;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary>What every command works with.</summary>
/// <param name="Terminal">Where it writes.</param>
/// <param name="Daemon">Where edgekmsd is.</param>
/// <param name="Time">The clock.</param>
/// <param name="Settings">The settings' options of the root command.</param>
/// <param name="Arguments">The command line as it was typed.</param>
internal sealed record Session(
    Terminal Terminal,
    DaemonProgram Daemon,
    TimeProvider Time,
    SettingOptions Settings,
    IReadOnlyList<string> Arguments
);
