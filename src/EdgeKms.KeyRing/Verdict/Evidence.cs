using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Ring;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>
/// What other places know of a newer generation than the newest on disk. It counts only where the checkpoint doesn't tell: an
/// authentic one knows better. Nobody signs the audit log, so it warns and refuses, and sets no number.
/// </summary>
public static class Evidence
{
    /// <summary>The audit log told of a later generation, or of a key that the ring lacks; null when it did not.</summary>
    public static string? InTheLog(RingHeader newest, AuditFacts? audit)
    {
        if (audit?.Of(newest.Id) is not { } told)
            return null;
        if (told.Used is { } used && used > newest.Generation)
            return Invariant($"the audit log tells of generation {used}, but the newest is {newest.Generation}");
        return told.LastCreated is { } last && newest.Keys.All(k => !k.Id.Equals(last))
            ? $"the audit log tells of {last}, which generation {newest.Generation} lacks"
            : null;
    }

    /// <summary>
    /// A genuine backup of a later generation; null when there is none. It may be of a change that was stopped before its commit:
    /// such a backup holds every key of the ring and one that was never used, so restoring it is right in both cases.
    /// </summary>
    public static string? InBackups(RingHeader newest, IEnumerable<SurveyedBackup> backups) =>
        backups
            .Where(b => b.Proof == Proof.Proven && b.Header.Id == newest.Id && b.Header.Generation > newest.Generation)
            .MaxBy(b => b.Header.Generation)
            is { } later
            ? Invariant(
                $"there is a backup of generation {later.Header.Generation}, but the newest is {newest.Generation}"
            )
            : null;
}
