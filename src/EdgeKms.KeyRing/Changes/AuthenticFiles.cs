using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Verdict;

namespace EdgeKms.KeyRing.Changes;

/// <summary>
/// What an administrator's credential says of the files on disk. A name, or a header that nobody authenticated, never moves the next
/// generation; one bit that turned over in a header must not stand against the backup that fits.
/// </summary>
public static class AuthenticFiles
{
    /// <summary>The same survey with what the credential proves and disproves. What it opens nothing of stays as it was.</summary>
    /// <param name="survey">By the node token.</param>
    /// <param name="disk">The files of the same look.</param>
    /// <param name="ring">Files of other rings stay as they were.</param>
    /// <param name="ringKey">A ring key that is known; most files are authentic under it, and cost no stretching.</param>
    /// <param name="unlock">The ring key in a header's slots, by the credential; null where it opens none. It may be slow.</param>
    public static MachineSurvey Prove(
        MachineSurvey survey,
        RingSurvey disk,
        RingId ring,
        SecretBytes ringKey,
        Func<RingHeader, SecretBytes?> unlock
    )
    {
        var generations = survey.Generations.ToList();
        var isMarkMade = Made(disk, ringKey);
        for (var i = 0; i < generations.Count; i++)
        {
            var file = disk.Generations.FirstOrDefault(g => g.Number == generations[i].Number)?.Ring;
            // Each look reads anew, and a failing disk may give a file at the second one only.
            if (generations[i] is not { Header: not null, Proof: Proof.Unknown } || file?.Header.Id != ring)
                continue;
            var key = file!.IsAuthentic(ringKey) ? ringKey : unlock(file.Header);
            if (key is null)
                continue;
            var isAuthentic = file.IsAuthentic(key);
            isMarkMade |= isAuthentic && Made(disk, key);
            generations[i] = isAuthentic
                ? generations[i] with
                {
                    Proof = Proof.Proven,
                }
                : generations[i] with
                {
                    Proof = Proof.Disproven,
                    Problem = new SurveyProblem(
                        ErrorCode.RingDamaged,
                        FormattableString.Invariant(
                            $"generation {file.Header.Generation} is damaged: its header was changed"
                        )
                    ),
                };
        }
        return survey with { Generations = generations, Mark = Prove(survey.Mark, generations, isMarkMade) };
    }

    /// <summary>Where the very generation that it names is authentic, and its key didn't make the checkpoint, nobody did.</summary>
    private static SurveyedMark Prove(SurveyedMark mark, List<SurveyedGeneration> generations, bool isMade)
    {
        if (mark.Value is not { } value || mark.Proof == Proof.Proven)
            return mark;
        if (isMade)
            return mark with { Proof = Proof.Proven };
        return generations.Any(g => g.Number == value.Generation && g.Proof == Proof.Proven)
            ? mark with
            {
                Proof = Proof.Disproven,
            }
            : mark;
    }

    private static bool Made(RingSurvey disk, SecretBytes ringKey) =>
        disk.Checkpoint?.IsAuthentic(disk.CheckpointFile!, ringKey) == true;
}
