using System.Text;
using EdgeKms.Cli.Pages;

namespace EdgeKms.Cli.Status.Live;

/// <summary>
/// The terminal's other screen (xterm's 1049, which every terminal of today has): what was on it before is there again afterwards.
/// Each frame is one write, so that it doesn't flicker.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ToEndOfLine = "\e[K";
    private const string ToEndOfScreen = "\e[J";

    private readonly Terminal _terminal;

    internal LiveScreen(Terminal terminal)
    {
        _terminal = terminal;
        Write(Enter);
    }

    /// <summary>Columns and rows now: the window may have changed.</summary>
    internal static (int Width, int Height) Size =>
        (
            Console.WindowWidth is > 0 and var width ? width : 80,
            Console.WindowHeight is > 0 and var height ? height : 24
        );

    internal void Show(Tone tone, IReadOnlyList<string> lines)
    {
        var frame = new StringBuilder(Home);
        for (var i = 0; i < lines.Count; i++)
        {
            frame.Append(i == 0 && _terminal.Colour ? $"\e[1;{Colour(tone)}m{lines[i]}\e[0m" : lines[i]);
            frame.Append(ToEndOfLine).Append(i == lines.Count - 1 ? "" : "\r\n");
        }
        Write(frame.Append(ToEndOfScreen).ToString());
    }

    public void Dispose() => Write(Leave);

    private static int Colour(Tone tone) =>
        tone switch
        {
            Tone.Good => 32,
            Tone.Doubtful => 33,
            _ => 31,
        };

    private void Write(string text)
    {
        _terminal.Output.Write(text);
        _terminal.Output.Flush();
    }
}
