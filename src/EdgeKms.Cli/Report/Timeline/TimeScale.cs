namespace EdgeKms.Cli.Report.Timeline;

/// <summary>Maps dates to places on a line.</summary>
/// <param name="From">The left end.</param>
/// <param name="To">The right end, later.</param>
/// <param name="Left">Its place.</param>
/// <param name="Width">Of the line.</param>
internal sealed record TimeScale(DateTime From, DateTime To, double Left, double Width)
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);

    internal double Right => Left + Width;

    /// <summary>From the first to the last of these dates, with a little air; dates may be in any order, and all the same.</summary>
    internal static TimeScale Over(IReadOnlyCollection<DateTime> dates, double left, double width)
    {
        var (from, to) = (dates.Min(), dates.Max());
        if (to - from < s_shortest)
            to = DateTime.MaxValue - from > s_shortest ? from + s_shortest : DateTime.MaxValue;
        if (to - from < s_shortest)
            from = to - s_shortest;
        var air = (to - from) / 50;
        return new TimeScale(
            from - DateTime.MinValue > air ? from - air : DateTime.MinValue,
            DateTime.MaxValue - to > air ? to + air : DateTime.MaxValue,
            left,
            width
        );
    }

    /// <summary>The place of a date; one beyond an end is at the end.</summary>
    internal double Place(DateTime date) =>
        Left + (Width * Math.Clamp((date - From).Ticks / (double)(To - From).Ticks, 0, 1));
}
