namespace EdgeKms.Cli.Commands;

/// <summary>One line on a terminal that says what goes on, written over each time and wiped at the end.</summary>
internal sealed class ProgressLine(TextWriter output, bool visible) : IDisposable
{
    private const int Columns = 79;
    private bool shown;

    public void Show(int position, int total, string text) => Show($"[{position}/{total}] {text}");

    public void Show(string line)
    {
        if (visible)
        {
            output.Write('\r' + (line.Length > Columns ? line[..Columns] : line.PadRight(Columns)));
            output.Flush();
            shown = true;
        }
    }

    /// <summary>Takes the line away, so that a report can begin in the first column.</summary>
    public void Clear()
    {
        if (shown)
        {
            output.Write('\r' + new string(' ', Columns) + '\r');
            output.Flush();
            shown = false;
        }
    }

    public void Dispose() => Clear();
}
