using EdgeKms.KeyRing.Failures;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>Whether a new ring may be made. Never beside one that is there; never where one is remembered, unless for a reason.</summary>
/// <param name="Code">RingExists, or what the verdict says.</param>
/// <param name="Text">What stands in the way: lower case, no full stop.</param>
/// <param name="Hint">What to do instead.</param>
public sealed record InitRefusal(ErrorCode Code, string Text, string Hint)
{
    /// <summary>Null where a ring may be made.</summary>
    /// <param name="survey">This machine.</param>
    /// <param name="verdict">Of the same survey.</param>
    /// <param name="hasReason">True with <c>--another-ring REASON</c>.</param>
    public static InitRefusal? Of(MachineSurvey survey, RingVerdict verdict, bool hasReason)
    {
        if (survey.Problem is { } problem)
            return new(problem.Code, problem.Text, verdict.Hint ?? "edgekms doctor says more");
        if (survey.Newest is { } newest)
        {
            var whole = verdict.Hint is null
                ? "\"edgekms status\" shows it, and \"edgekms rotate\" makes a new key in it"
                : verdict.Hint;
            return new(
                ErrorCode.RingExists,
                Invariant($"{survey.StateDirectory} holds a key ring (generation {newest.Number}): {verdict.Text}"),
                $"nothing was changed; {whole}"
            );
        }
        var remembered = Memory.Of(survey);
        return remembered.Count == 0 || hasReason
            ? null
            : new(
                ErrorCode.RingExists,
                $"this machine had a key ring: {string.Join(", ", remembered)}",
                $"nothing was changed; {verdict.Hint}; only where no stored object needs it: edgekms init --another-ring REASON"
            );
    }
}
