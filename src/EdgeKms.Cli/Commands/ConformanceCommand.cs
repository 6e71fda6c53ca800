using System.CommandLine;
using System.Net.Sockets;
using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Cli.Commands;

/// <summary>
/// "edgekms conformance": checks any KMS v2 plugin. Exit codes: 0 no rule broken (or only S and P rules without
/// --strict), 1 a rule broken, 2 usage, 3 the plugin can't be reached.
/// </summary>
public static class ConformanceCommand
{
    private const int Broken = 1;
    private const int Usage = 2;
    private const int Unreachable = 3;

    public static Command Create()
    {
        var flags = new ConformanceFlags();
        var command = new Command("conformance", "Check that a KMS v2 plugin keeps the rules of kube-apiserver.");
        flags.AddTo(command);
        command.SetAction((parsed, stop) => RunAsync(flags, parsed, stop));
        return command;
    }

    private static async Task<int> RunAsync(ConformanceFlags flags, ParseResult parsed, CancellationToken stop)
    {
        var output = parsed.InvocationConfiguration.Output;
        var error = parsed.InvocationConfiguration.Error;
        var json = flags.IsJson(parsed);
        if (parsed.GetValue(flags.List))
        {
            await ListAsync(flags.Selection(parsed), json, output);
            return 0;
        }

        using var progress = new ProgressLine(error, visible: !Console.IsErrorRedirected);
        var options = flags.ToOptions(parsed, progress.Show);
        if (options is null)
        {
            await error.WriteLineAsync("edgekms: error: --socket is missing");
            await error.WriteLineAsync(
                "edgekms: hint: give the plugin's socket, such as --socket /run/edgekms/kms.sock"
            );
            return Usage;
        }

        ConformanceReport report;
        try
        {
            report = await ConformanceRun.RunAsync(options, stop);
        }
        catch (SocketException unreachable)
        {
            progress.Clear();
            await error.WriteLineAsync(
                $"edgekms: error: can't reach the plugin at {options.Plugin}: {Reason(unreachable)}"
            );
            await error.WriteLineAsync(
                "edgekms: hint: is the plugin running, and may this user enter the socket's folder?"
            );
            return Unreachable;
        }

        progress.Clear();
        if (json)
        {
            await output.WriteLineAsync(report.ToJson());
        }
        else
        {
            await ReportTable.WriteAsync(report, output);
        }

        return report.Failed == 0 ? 0 : Broken;
    }

    /// <summary>
    /// The texts of .NET speak of network addresses, which tells nobody anything about a socket file.
    /// </summary>
    private static string Reason(SocketException unreachable) =>
        unreachable.SocketErrorCode switch
        {
            SocketError.AddressNotAvailable => "there is no such socket",
            SocketError.ConnectionRefused => "nobody listens on it",
            SocketError.AccessDenied => "this user may not",
            _ => unreachable.Message,
        };

    private static async Task ListAsync(CheckSelection selection, bool json, TextWriter output)
    {
        var checks = ListedCheck.Select(selection);
        if (json)
        {
            await output.WriteLineAsync(ListedCheck.ToJson(checks));
        }
        else
        {
            await ReportTable.WriteAsync(checks, output);
        }
    }
}
