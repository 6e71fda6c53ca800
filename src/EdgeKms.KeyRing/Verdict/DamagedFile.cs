using EdgeKms.KeyRing.Failures;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>The newest file of the ring directory is damaged, and no daemon holds its ring: what is left.</summary>
internal static class DamagedFile
{
    internal static RingVerdict Of(MachineSurvey survey, string text)
    {
        if (IsStray(survey))
            return Cases.Stray(survey.Newest!);
        var (ring, key) = BackupChoice.LastUsed(survey);
        var older = survey
            .Generations.Skip(1)
            .FirstOrDefault(g => g.Header is { } header && header.Id == ring && g.Proof != Proof.Disproven);
        var isKnown = key is not null && older is not null && BackupChoice.Has(older.Header!, key);
        if (isKnown && survey.Mark.Value is not null)
        {
            return new(
                RingCase.Damaged,
                ErrorCode.RingDamaged,
                Invariant($"{text}; generation {older!.Number} has the key that was used last"),
                StopsApiServer: true,
                CanLoseData: false,
                [
                    new(
                        "edgekms repair",
                        Invariant(
                            $"it carries on from generation {older.Number}; enter a passphrase of that generation, or the recovery code"
                        )
                    ),
                ]
            );
        }
        return new(
            RingCase.DamagedLastKey,
            ErrorCode.RingDamaged,
            older is null ? $"{text}; no older generation is there"
                : key is null ? $"{text}; nothing tells which key was used last"
                : Invariant($"{text}; generation {older.Number} lacks {key}, the key that was used last"),
            StopsApiServer: true,
            CanLoseData: true,
            BackupChoice.WaysBack(survey)
        );
    }

    /// <summary>
    /// The checkpoint is authentic and names a generation that is there, whole and older than the damaged file; and nothing else
    /// knows of a later one. A change that was stopped leaves no damaged file: it commits by a rename.
    /// </summary>
    private static bool IsStray(MachineSurvey survey) =>
        survey.Newest is { Header: null, Problem: not null }
        && survey.Mark is { Proof: Proof.Proven, Value: { } mark }
        && survey.Generations.FirstOrDefault(g => g.Header is not null) is { Proof: Proof.Proven } used
        && used.Number == mark.Generation
        && mark.Digest.AsSpan().SequenceEqual(used.Digest)
        && Evidence.InTheLog(used.Header!, survey.Audit) is null
        && Evidence.InBackups(used.Header!, survey.Backups) is null;
}
