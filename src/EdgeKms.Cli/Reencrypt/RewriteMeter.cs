using System.Globalization;
using EdgeKms.Cluster.Reencrypt;

namespace EdgeKms.Cli.Reencrypt;

/// <summary>Rate and time left of a resource, from when its first page was done.</summary>
/// <param name="time">Measures it.</param>
internal sealed class RewriteMeter(TimeProvider time)
{
    private const int BarWidth = 20;

    private string _resource = "";
    private long _start;
    private int _startCount;

    /// <summary>Such as <c>secrets [####                ] 20 % 4000/20000 812/s 0:20 left</c>.</summary>
    internal string Line(RewriteProgress progress, bool withBar)
    {
        var done = progress.Count.Done;
        if (_resource != progress.Resource.QualifiedName)
            (_resource, _start, _startCount) = (progress.Resource.QualifiedName, time.GetTimestamp(), done);
        var seconds = time.GetElapsedTime(_start).TotalSeconds;
        var rate = seconds > 0 ? (done - _startCount) / seconds : 0;
        var text = _resource;
        if (progress.Total is { } total and > 0)
        {
            var part = Math.Min(1.0, done / (double)total);
            if (withBar)
                text += " [" + new string('#', (int)(part * BarWidth)).PadRight(BarWidth) + "]";
            text += string.Create(CultureInfo.InvariantCulture, $" {part * 100:0} % {done}/{total}");
            if (rate > 0)
                text += $" {rate.ToString("0", CultureInfo.InvariantCulture)}/s {Left((total - done) / rate)} left";
            return text;
        }
        return text + string.Create(CultureInfo.InvariantCulture, $" {done} {rate:0}/s");
    }

    private static string Left(double seconds) =>
        TimeSpan
            .FromSeconds(Math.Clamp(Math.Ceiling(seconds), 0, 359_999))
            .ToString(seconds < 3600 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);
}
