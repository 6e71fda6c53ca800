using System.Globalization;
using EdgeKms.Cli.Commands;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Pages;

/// <summary>
/// Steps of long work, as the published product writes its console: <c>[MM/dd/yyyy HH:mm:ss] text</c>, local time.
/// </summary>
/// <param name="output">Where they go.</param>
/// <param name="time">The clock.</param>
internal sealed class StepLines(TextWriter output, TimeProvider time)
{
    /// <summary>On standard output; on standard error where that is for JSON.</summary>
    internal static StepLines Of(Session session, OutputFormat format) =>
        new(format == OutputFormat.Text ? session.Terminal.Output : session.Terminal.Error, session.Time);

    internal void Write(string text)
    {
        var now = time.GetLocalNow().ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        output.WriteLine($"[{now}] {Printable.Text(text)}");
    }
}
