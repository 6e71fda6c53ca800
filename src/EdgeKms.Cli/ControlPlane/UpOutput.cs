using System.Globalization;
using System.Text.Json;
using EdgeKms.Cli.Pages;
using EdgeKms.Cluster.ControlPlane;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Notices;

namespace EdgeKms.Cli.ControlPlane;

/// <summary>
/// What <c>edgekms up</c> says: steps as lines with the time, as <c>edgekms deploy</c> writes them, and what is ready. With
/// JSON, standard output is the one document and the steps go to standard error.
/// </summary>
internal sealed class UpOutput(Terminal terminal, TimeProvider time, OutputFormat format)
{
    private readonly bool _isJson = format == OutputFormat.Json;

    public void Step(string text)
    {
        var moment = time.GetLocalNow().ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        Write(_isJson ? terminal.Error : terminal.Output, $"[{moment}] {Printable.Text(text)}");
    }

    public void Ready(ControlPlaneReport report)
    {
        Write(
            terminal.Output,
            _isJson
                ? JsonSerializer.Serialize(report, UpJson.Default.ControlPlaneReport)
                : $"ready: export KUBECONFIG={Quoted(report.Kubeconfig)}"
        );
        ServiceNotice.Send(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"), ServiceNotice.Ready);
    }

    private static void Write(TextWriter writer, string line)
    {
        try
        {
            writer.WriteLine(line);
        }
        catch (IOException)
        {
            // The terminal or the pipe is gone: the cluster goes on, and stops in order.
        }
    }

    private static string Quoted(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')
            ? path
            : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
