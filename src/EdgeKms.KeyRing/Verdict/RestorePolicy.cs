using EdgeKms.KeyRing.Ring;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>What a restore of a backup would lose. Judged by keys: a generation number alone says nothing of what can be read.</summary>
public static class RestorePolicy
{
    /// <summary>Why it is refused without a reason of the administrator's: lower case, no full stop; null where nothing is lost.</summary>
    /// <param name="survey">This machine.</param>
    /// <param name="backup">The ring of the backup.</param>
    public static string? Refuse(MachineSurvey survey, RingHeader backup)
    {
        if (survey.Held is { } held)
        {
            if (held.Header.Id != backup.Id)
                return $"the daemon serves another key ring, {held.Header.Id}";
            if (Lacks(backup, held.Header) is { } served)
                return $"the backup lacks {served}, a key that the daemon serves";
        }
        var (used, last) = BackupChoice.LastUsed(survey);
        if (used is not null && used != backup.Id)
            return $"this machine has another key ring, {used}";
        var newest = survey
            .Generations.FirstOrDefault(g => g.Header is { } its && its.Id == backup.Id && g.Proof != Proof.Disproven)
            ?.Header;
        if (newest is not null && Lacks(backup, newest) is { } key)
            return $"the backup lacks {key}, a key of this machine's ring";
        return last is not null && !BackupChoice.Has(backup, last)
            ? Invariant(
                $"the backup is of generation {backup.Generation} and lacks {last}, the key that this machine used last"
            )
            : null;
    }

    /// <summary>
    /// The same survey with what is proven alone: it refuses nothing that a credential could still explain. Beside the checkpoint of
    /// another ring a ring may be whole and yet not this machine's.
    /// </summary>
    public static MachineSurvey Certain(MachineSurvey survey) =>
        survey with
        {
            Generations = BackupChoice.IsOfTheRingBefore(survey)
                ? []
                : [.. survey.Generations.Where(g => g.Proof == Proof.Proven)],
            Mark = survey.Mark.Proof == Proof.Proven ? survey.Mark : SurveyedMark.None,
            Audit = null,
        };

    /// <summary>Whether the backup has every key of the newest ring on this machine; null where there is none to compare.</summary>
    public static bool? Covers(MachineSurvey survey, RingHeader backup) =>
        survey.Newest?.Header is { } newest ? newest.Id == backup.Id && Lacks(backup, newest) is null : null;

    /// <summary>
    /// The next generation is above this number: the highest that is authentic, on disk, in the checkpoint, in the daemon's memory.
    /// </summary>
    /// <param name="survey">This machine, with what the administrator's credential proves.</param>
    /// <param name="backup">The ring of the backup.</param>
    public static int Above(MachineSurvey survey, RingHeader backup) =>
        survey
            .Generations.Where(g => g.Proof == Proof.Proven && g.Header!.Id == backup.Id)
            .Select(g => g.Number)
            .Append(backup.Generation)
            .Append(
                survey.Mark is { Proof: Proof.Proven, Value: { } mark } && mark.Ring == backup.Id ? mark.Generation : 0
            )
            .Append(survey.Held is { } held && held.Header.Id == backup.Id ? held.Header.Generation : 0)
            .Max();

    private static KeyId? Lacks(RingHeader backup, RingHeader ring) =>
        ring.Keys.FirstOrDefault(k => k.HasMaterial && !BackupChoice.Has(backup, k.Id))?.Id;
}
