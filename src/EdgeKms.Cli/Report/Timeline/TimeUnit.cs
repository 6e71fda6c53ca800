namespace EdgeKms.Cli.Report.Timeline;

/// <summary>What people count time in.</summary>
internal enum TimeUnit
{
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}
