using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>While a daemon holds a ring in its memory: whatever became of the files, that ring must not be lost.</summary>
internal static class ServedRing
{
    internal static RingVerdict Of(MachineSurvey survey, HeldRing held)
    {
        if (survey.Newest is not { } newest)
        {
            return Cases.Held(
                RingCase.HeldOnly,
                ErrorCode.RingLost,
                $"the files of the key ring in {survey.StateDirectory} are gone: the daemon holds the only copy, in its memory: don't restart it"
            );
        }
        if (newest.Header is not { } header)
        {
            if (!Cases.IsDamage(newest.Problem!.Code))
                return Cases.Unreadable(survey, newest.Problem);
            return survey.Generations.Any(g => IsOf(held, g))
                ? Cases.Stray(newest)
                : Cases.Held(RingCase.HeldNewer, newest.Problem.Code, Still(newest.Problem.Text));
        }
        if (header.Id != held.Header.Id)
        {
            return IsRestored(survey, header)
                ? Cases.RestoredNotTaken(header)
                : Cases.Held(
                    RingCase.HeldOther,
                    ErrorCode.CheckpointOtherRing,
                    $"the daemon serves the ring {held.Header.Id}, but {survey.StateDirectory} has another one, {header.Id}: don't restart it"
                );
        }
        if (header.Generation < held.Header.Generation)
        {
            return Cases.Held(
                RingCase.HeldNewer,
                ErrorCode.RingRolledBack,
                Still(
                    Invariant(
                        $"the newest generation on disk is {header.Generation}, the daemon serves {held.Header.Generation}"
                    )
                )
            );
        }
        if (header.Generation > held.Header.Generation)
            return NotTaken(survey, held, header);
        if (!IsOf(held, newest))
        {
            return Cases.Held(
                RingCase.HeldNewer,
                ErrorCode.RingDamaged,
                Still(
                    Invariant(
                        $"generation {header.Generation} on disk is damaged, or another file than the one that serves"
                    )
                )
            );
        }
        if (Judge.Marked(survey, newest, header) is { } doubt)
            return doubt;
        return survey.Node.Problem is { } problem
            ? Cases.Held(
                RingCase.ServedSealed,
                problem.Code,
                $"{problem.Text}: the daemon serves, but it won't start again"
            )
            : Judge.Notes(survey, served: true);
    }

    private static RingVerdict NotTaken(MachineSurvey survey, HeldRing held, RingHeader newest)
    {
        var lacks = !BackupChoice.Has(newest, held.Header.Active.Id);
        if (lacks && IsRestored(survey, newest))
            return Cases.RestoredNotTaken(newest);
        if (lacks)
        {
            return Cases.Held(
                RingCase.HeldNewer,
                ErrorCode.RingRolledBack,
                Still(
                    Invariant(
                        $"generation {newest.Generation} on disk lacks {held.Header.Active.Id}, the key that the daemon announced last"
                    )
                )
            );
        }
        if (survey.IsFull)
            return Cases.Full(
                survey,
                Invariant(
                    $"generation {newest.Generation} waits for its checkpoint: the daemon goes on with {held.Header.Generation}"
                )
            );
        var why = survey.Node.Problem is { } problem ? $": {problem.Text}" : "";
        return new(
            RingCase.NotTaken,
            survey.Node.Problem?.Code ?? ErrorCode.RingChanged,
            Invariant($"the daemon serves generation {held.Header.Generation}, on disk is {newest.Generation}{why}"),
            StopsApiServer: survey.Node.Problem is not null,
            CanLoseData: false,
            [
                new(
                    Cases.Repair,
                    "it has the daemon take the newer generation over, and makes a new node token where that one opens nothing"
                ),
            ]
        );
    }

    private static string Still(string text) =>
        $"{text}; the daemon holds the right ring in its memory: don't restart it";

    private static bool IsOf(HeldRing held, SurveyedGeneration file) =>
        file.Digest is { } digest && digest.AsSpan().SequenceEqual(held.Digest);

    private static bool IsRestored(MachineSurvey survey, RingHeader newest) =>
        survey.Audit?.Of(newest.Id) is { } told && told.Chosen.Contains(newest.Generation);
}
