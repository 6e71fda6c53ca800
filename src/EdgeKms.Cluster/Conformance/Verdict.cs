namespace EdgeKms.Cluster.Conformance;

/// <summary>Outcome of a check with its reason: figures for a pass, what was seen for the others.</summary>
/// <param name="Outcome">What the check found, before the level of the rule is weighed.</param>
/// <param name="Reason">One line; empty where a pass has nothing to add.</param>
public readonly record struct Verdict(Outcome Outcome, string Reason)
{
    public static Verdict Pass(string reason = "") => new(Outcome.Pass, reason);

    public static Verdict Warn(string reason) => new(Outcome.Warn, reason);

    public static Verdict Fail(string reason) => new(Outcome.Fail, reason);

    public static Verdict Skip(string reason) => new(Outcome.Skip, reason);
}
