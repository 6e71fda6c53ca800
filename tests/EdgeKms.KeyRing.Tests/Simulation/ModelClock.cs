namespace EdgeKms.KeyRing.Tests.Simulation;

/// <summary>True time, which only goes on, and the machine's wall clock, which may be set to anything.</summary>
internal sealed class ModelClock : TimeProvider
{
    private static readonly DateTime Start = Given.Utc("2026-01-05T00:00:00Z");
    private static readonly DateTime Earliest = Given.Utc("1990-01-01T00:00:00Z");

    /// <summary>Since the beginning.</summary>
    internal TimeSpan True { get; private set; }

    /// <summary>How wrong the wall clock is.</summary>
    internal TimeSpan Error { get; set; }

    internal DateTime Wall => Start + True + Error is var wall && wall > Earliest ? wall : Earliest;

    internal void Advance(TimeSpan by) => True += by;

    public override DateTimeOffset GetUtcNow() => new(Wall);
}
