using System.Text;

namespace EdgeKms.Cli.Pages;

/// <summary>Where the program writes.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Width">Columns of the terminal; null where standard output isn't one: scripts get plain text.</param>
/// <param name="Colour">False where nobody wants colours.</param>
/// <param name="ErrorWidth">
/// Columns of the terminal; null where standard error isn't one: nobody sees a progress bar. Asked by who needs it alone, since
/// asking sends the terminal its start sequence.
/// </param>
internal sealed record Terminal(
    TextWriter Output,
    TextWriter Error,
    int? Width,
    bool Colour,
    Func<int?>? ErrorWidth = null
)
{
    private const int UsualWidth = 80;

    /// <summary>
    /// The process's own streams, always UTF-8. Not <c>Console.Out</c>: that one sends the terminal its start sequence,
    /// which the program that takes over would send again.
    /// </summary>
    public static Terminal OfProcess()
    {
        var noColour = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
#pragma warning disable CA2000 // The streams of the process live as long as it does.
        return new Terminal(
            Writer(Console.OpenStandardOutput()),
            Writer(Console.OpenStandardError()),
            WidthOf(Console.IsOutputRedirected),
            !noColour,
            () => WidthOf(Console.IsErrorRedirected)
        );
#pragma warning restore CA2000
    }

    private static StreamWriter Writer(Stream stream) =>
        new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    private static int? WidthOf(bool isRedirected)
    {
        if (isRedirected || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb")
            return null;
        return Console.WindowWidth is > 0 and var width ? width : UsualWidth;
    }
}
