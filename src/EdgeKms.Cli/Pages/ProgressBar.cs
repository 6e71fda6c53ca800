using System.Globalization;

namespace EdgeKms.Cli.Pages;

/// <summary>
/// A bar on a terminal, written over ten times a second and wiped at the end. It goes to standard error: the result may be
/// redirected.
/// </summary>
/// <param name="output">The terminal.</param>
/// <param name="width">Its columns; null shows nothing.</param>
/// <param name="time">Measures the pauses.</param>
internal sealed class ProgressBar(TextWriter output, int? width, TimeProvider time) : IDisposable
{
    private const int Cells = 24;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private long? _shown;

    internal bool IsVisible => width is not null;

    /// <param name="what">What goes on.</param>
    /// <param name="done">How many.</param>
    /// <param name="total">Of how many; may be exceeded where some came meanwhile.</param>
    internal void Show(string what, long done, long total)
    {
        if (width is not { } columns || (_shown is { } last && time.GetElapsedTime(last) < s_pause))
            return;
        _shown = time.GetTimestamp();
        var line = Line(Printable.Text(what), done, total);
        var room = columns - 1;
        output.Write('\r' + (line.Length > room ? line[..room] : line.PadRight(room)));
        output.Flush();
    }

    public void Dispose()
    {
        if (_shown is null)
            return;
        output.Write('\r' + new string(' ', width!.Value - 1) + '\r');
        output.Flush();
        _shown = null;
    }

    /// <summary><c>[######------]  50%  1,000 of 2,000  secrets</c>.</summary>
    internal static string Line(string what, long done, long total)
    {
        var part = total <= 0 ? 0 : Math.Min(1.0, (double)done / total);
        var full = (int)(part * Cells);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{new string('#', full)}{new string('-', Cells - full)}] {(int)(part * 100), 3}%  {done:N0} of {total:N0}  {what}"
        );
    }
}
