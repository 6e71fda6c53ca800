using EdgeKms.Cli.Commands;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Pages;

namespace EdgeKms.Cli.Tests;

/// <summary>One run of the command line inside the test's process.</summary>
internal sealed record Run(string Output, string Error, int ExitCode)
{
    public const string Now = "2026-11-24T12:00:00Z";

    public static async Task<Run> OfAsync(
        IReadOnlyList<string> arguments,
        string searchPath = "",
        int? width = null,
        bool colour = false
    )
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var program = new CommandLineProgram(
            new Terminal(output, error, width, colour),
            new DaemonProgram(null, searchPath),
            new FixedTime(Now)
        );
        var code = await program.RunAsync(arguments);
        return new Run(output.ToString(), error.ToString(), code);
    }
}
