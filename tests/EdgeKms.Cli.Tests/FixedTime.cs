using System.Globalization;

namespace EdgeKms.Cli.Tests;

/// <summary>A wall clock that stands still; timers run on the real one.</summary>
internal sealed class FixedTime(string utc) : TimeProvider
{
    private readonly DateTimeOffset _now = DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => _now;
}
