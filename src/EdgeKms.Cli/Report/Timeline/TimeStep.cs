using System.Globalization;

namespace EdgeKms.Cli.Report.Timeline;

/// <summary>A distance between two marks of the axis that people count in.</summary>
/// <param name="Unit">What it counts.</param>
/// <param name="Count">How many of them.</param>
internal sealed record TimeStep(TimeUnit Unit, int Count)
{
    private static readonly TimeStep[] s_ascending =
    [
        new(TimeUnit.Second, 10),
        new(TimeUnit.Minute, 1),
        new(TimeUnit.Minute, 5),
        new(TimeUnit.Minute, 15),
        new(TimeUnit.Hour, 1),
        new(TimeUnit.Hour, 6),
        new(TimeUnit.Day, 1),
        new(TimeUnit.Day, 5),
        new(TimeUnit.Month, 1),
        new(TimeUnit.Month, 2),
        new(TimeUnit.Month, 3),
        new(TimeUnit.Month, 6),
        new(TimeUnit.Year, 1),
        new(TimeUnit.Year, 2),
        new(TimeUnit.Year, 5),
        new(TimeUnit.Year, 10),
        new(TimeUnit.Year, 50),
        new(TimeUnit.Year, 100),
        new(TimeUnit.Year, 500),
        new(TimeUnit.Year, 2000),
    ];

    /// <summary>The smallest step with at most so many marks on the scale.</summary>
    internal static TimeStep For(TimeScale scale, int most) =>
        s_ascending.FirstOrDefault(s => (scale.To - scale.From) / s.About <= most) ?? s_ascending[^1];

    private TimeSpan About =>
        Unit switch
        {
            TimeUnit.Second => TimeSpan.FromSeconds(Count),
            TimeUnit.Minute => TimeSpan.FromMinutes(Count),
            TimeUnit.Hour => TimeSpan.FromHours(Count),
            TimeUnit.Day => TimeSpan.FromDays(Count),
            TimeUnit.Month => TimeSpan.FromDays(28.0 * Count),
            _ => TimeSpan.FromDays(365.0 * Count),
        };

    /// <summary>The marks within a scale, at whole units: the first of a month, midnight.</summary>
    internal IEnumerable<DateTime> Marks(TimeScale scale)
    {
        for (DateTime? mark = First(scale.From); mark is { } at && at <= scale.To; mark = Next(at))
        {
            if (at >= scale.From)
                yield return at;
        }
    }

    internal string Label(DateTime mark) =>
        mark.ToString(
            Unit switch
            {
                TimeUnit.Year => "yyyy",
                TimeUnit.Month => "yyyy-MM",
                TimeUnit.Day => "yyyy-MM-dd",
                TimeUnit.Second => "HH:mm:ss",
                _ => "MM-dd HH:mm",
            },
            CultureInfo.InvariantCulture
        );

    private DateTime First(DateTime from) =>
        Unit switch
        {
            TimeUnit.Year => new DateTime(Math.Max(1, from.Year - (from.Year % Count)), 1, 1, 0, 0, 0, from.Kind),
            TimeUnit.Month => new DateTime(from.Year, 1, 1, 0, 0, 0, from.Kind),
            TimeUnit.Day => new DateTime(from.Year, from.Month, 1, 0, 0, 0, from.Kind),
            _ => from.Date,
        };

    private DateTime? Next(DateTime mark)
    {
        try
        {
            return Unit switch
            {
                TimeUnit.Year => mark.AddYears(Count),
                TimeUnit.Month => mark.AddMonths(Count),
                TimeUnit.Day => NextDay(mark),
                _ => mark + About,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // the calendar ends before the scale does
        }
    }

    /// <summary>The first, the 6th and so on, and no mark right before the first of the next month.</summary>
    private DateTime NextDay(DateTime mark)
    {
        var next = mark.AddDays(Count);
        var month = new DateTime(mark.Year, mark.Month, 1, 0, 0, 0, mark.Kind).AddMonths(1);
        return next.AddDays(Count - 1) >= month.AddDays(Count > 1 ? 1 : 0) && next.Month == mark.Month && Count > 1
                ? month
            : next > month ? month
            : next;
    }
}
