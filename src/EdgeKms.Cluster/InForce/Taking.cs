using System.Globalization;

namespace EdgeKms.Cluster.InForce;

/// <summary>How a wait ended.</summary>
/// <param name="Verdict">The last one.</param>
/// <param name="Sample">What the API server said last.</param>
/// <param name="Waited">How long it was.</param>
public sealed record Taking(InForceVerdict Verdict, InForceSample Sample, TimeSpan Waited)
{
    public bool IsTaken => Verdict is InForceVerdict.Taken;

    /// <summary>
    /// True where the API server certainly works with what it worked with before, so that the file before can be put back and
    /// nothing else is needed.
    /// </summary>
    public bool IsStillBefore => Verdict is InForceVerdict.StillBefore or InForceVerdict.Refused;

    /// <summary>Null where it is taken, else why not, for people: <c>the API server … within 300 s: …</c>.</summary>
    public string? Reason =>
        Verdict.Reason is { } reason
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the API server has not taken the configuration within {Waited.TotalSeconds:0} s: {(Verdict is InForceVerdict.Down ? "" : "it ")}{reason}"
            )
            : null;
}
