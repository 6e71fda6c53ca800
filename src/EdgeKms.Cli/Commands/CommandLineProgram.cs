using System.CommandLine;
using EdgeKms.Cli.Handover;
using EdgeKms.Cli.Pages;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary>edgekms from its arguments to its exit code.</summary>
internal sealed class CommandLineProgram(Terminal terminal, DaemonProgram daemon, TimeProvider time)
{
    public const string Name = "edgekms";

    /// <summary>Exit code of a program that was interrupted: 128 and the number of SIGINT.</summary>
    private const int Interrupted = 130;

    /// <summary>What a command that is interrupted has to put back what it put somewhere, such as a probe.</summary>
    private static readonly TimeSpan s_afterInterrupt = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_rollBack = TimeSpan.FromMinutes(10);

    // No response files: an argument that starts with @ is an argument.
    private static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null };

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var session = new Session(terminal, daemon, time, new SettingOptions(), arguments);
        var root = new EdgeKmsCommand(session);
        var parsed = root.Parse(arguments, s_parser);
        if (SettingVisibility.IsAsked(parsed))
            session.Settings.Show();
        if (parsed.CommandResult.Command is DeployCommand or RemoveCommand)
            session.Settings.HideFile();
        if (parsed.Errors.Count > 0)
            return UsageProblem.Of(parsed).WriteTo(terminal.Error, Name);
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = s_afterInterrupt,
            Output = terminal.Output,
            Error = terminal.Error,
        };
        // Rolling back waits for units to stop and start.
        if (parsed.CommandResult.Command is DeployCommand or RemoveCommand)
            invocation.ProcessTerminationTimeout = s_rollBack;
        // It stops its children in their order, which takes as long as it takes.
        if (parsed.CommandResult.Command is UpCommand)
            invocation.ProcessTerminationTimeout = null;
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (CommandException e)
        {
            return e.WriteTo(terminal.Error, Name);
        }
        catch (SilentExitException e)
        {
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception e)
        {
            // The edge of the process: a person gets a sentence, never a stack trace.
            return new CommandException(
                ExitCode.Failed,
                $"unexpected failure ({e.GetType().Name}): {e.Message.ReplaceLineEndings(" ")}",
                "this is a fault of edgekms; report it with the command line and \"edgekms version\"",
                e
            ).WriteTo(terminal.Error, Name);
        }
    }
}
