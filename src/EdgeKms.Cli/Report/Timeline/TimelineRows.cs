namespace EdgeKms.Cli.Report.Timeline;

/// <summary>Where the rows are: one for each key, thinner the more there are, and no label over another.</summary>
/// <param name="Count">How many.</param>
/// <param name="Top">Where the first begins.</param>
internal sealed record TimelineRows(int Count, double Top)
{
    private const double Thickest = 26;
    private const double Thinnest = 3;
    private const double Usual = 720;

    /// <summary>A line of a label, with air.</summary>
    internal const double LabelHeight = 15;

    internal double Height { get; } = Math.Clamp(Math.Floor(Usual / Math.Max(1, Count)), Thinnest, Thickest);

    internal double Bottom => Top + (Count * Height);

    internal double Bar => Math.Max(2, Math.Round(Height * 0.5));

    /// <summary>Thin rows have no room for marks of their own.</summary>
    internal bool HasMarks => Height >= 10;

    internal double Middle(int row) => Top + ((row + 0.5) * Height);

    /// <summary>Every row, or one of several, and the newest always: it is the active key.</summary>
    internal bool IsLabelled(int row)
    {
        var step = (int)Math.Ceiling(LabelHeight / Height);
        return row == Count - 1 || (row % step == 0 && (Count - 1 - row) * Height >= LabelHeight);
    }
}
