using System.Globalization;

namespace EdgeKms.Cli.Status;

/// <summary>Dates and the time between them, in words. Dates of the reports are UTC.</summary>
internal static class Moments
{
    /// <summary><c>2026-11-24 08:00 UTC</c>.</summary>
    public static string Date(DateTime date) =>
        Utc(date).ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary><c>23 days ago</c>, <c>just now</c>; <c>in 2 minutes</c> where another clock is ahead.</summary>
    public static string Past(DateTime date, DateTimeOffset now)
    {
        var passed = now.UtcDateTime - Utc(date);
        if (passed.Duration() < TimeSpan.FromSeconds(1))
            return "just now";
        return passed > TimeSpan.Zero ? $"{Length(passed)} ago" : $"in {Length(-passed)}";
    }

    /// <summary><c>in 29 days</c>, <c>overdue by 3 days</c>, <c>due now</c>.</summary>
    public static string Due(DateTime date, DateTimeOffset now)
    {
        var left = Utc(date) - now.UtcDateTime;
        if (left.Duration() < TimeSpan.FromSeconds(1))
            return "due now";
        return left > TimeSpan.Zero ? $"in {Length(left)}" : $"overdue by {Length(-left)}";
    }

    /// <summary>Whole units of the largest unit that fits, from days to seconds.</summary>
    public static string Length(TimeSpan length) =>
        length switch
        {
            { TotalDays: >= 1 } => Count(length.Days, "day"),
            { TotalHours: >= 1 } => Count(length.Hours, "hour"),
            { TotalMinutes: >= 1 } => Count(length.Minutes, "minute"),
            _ => Count(length.Seconds, "second"),
        };

    public static string Count(int number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {unit}{(number == 1 ? "" : "s")}");

    private static DateTime Utc(DateTime date) =>
        date.Kind == DateTimeKind.Local ? date.ToUniversalTime() : DateTime.SpecifyKind(date, DateTimeKind.Utc);
}
