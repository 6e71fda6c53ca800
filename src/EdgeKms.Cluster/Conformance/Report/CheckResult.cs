namespace EdgeKms.Cluster.Conformance;

/// <summary>One line of a report.</summary>
/// <param name="Number">The check's number in spec/conformance.md, as text: there is an "80a".</param>
/// <param name="Section">The part of the specification that it belongs to.</param>
/// <param name="Level">How binding the rule is.</param>
/// <param name="Title">What must be seen.</param>
/// <param name="Source">Where the rule comes from.</param>
/// <param name="Outcome">What was found, weighed by the level.</param>
/// <param name="Reason">Figures, or what was seen instead; one line, may be empty for a pass.</param>
/// <param name="Milliseconds">How long the check took.</param>
public sealed record CheckResult(
    string Number,
    string Section,
    Level Level,
    string Title,
    string Source,
    Outcome Outcome,
    string Reason,
    long Milliseconds
)
{
    internal static CheckResult From(Check check, Outcome outcome, string reason, TimeSpan took) =>
        new(
            check.Number.ToString(),
            check.Section,
            check.Level,
            check.Title,
            check.Source,
            outcome,
            OneLine(reason),
            (long)took.TotalMilliseconds
        );

    /// <summary>Reasons quote the plugin: control characters of a stranger don't reach the terminal.</summary>
    private static string OneLine(string text) =>
        string.Create(
            text.Length,
            text,
            static (to, from) =>
            {
                for (var i = 0; i < to.Length; i++)
                {
                    to[i] = char.IsControl(from[i]) ? ' ' : from[i];
                }
            }
        );
}
