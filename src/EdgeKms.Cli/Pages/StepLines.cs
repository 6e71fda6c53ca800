using System.Globalization;

namespace EdgeKms.Cli.Pages;

/// <summary>
/// Steps of long work, as the published product writes its console: <c>[MM/dd/yyyy HH:mm:ss] text</c>, local time.
/// </summary>
/// <param name="output">Where they go.</param>
/// <param name="time">The clock.</param>
/// <param name="visible">False where JSON is printed.</param>
internal sealed class StepLines(TextWriter output, TimeProvider time, bool visible)
{
    internal void Write(string text)
    {
        if (!visible)
            return;
        var now = time.GetLocalNow().ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        output.WriteLine($"[{now}] {Printable.Text(text)}");
    }
}
