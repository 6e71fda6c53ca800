using EdgeKms.KeyRing.Failures;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>
/// Where stored objects are under a key that the ring doesn't have: only a ring that has the key reads them. A restore is advised
/// where it loses no key of this ring; else the backup is shown, since what is under this ring's keys would be unreadable in turn.
/// </summary>
internal static class LostKeys
{
    private const string Page = "docs/operate/recover-from-disaster.md#unreadable-objects";

    internal static RingVerdict Of(MachineSurvey survey)
    {
        var keys = survey.MissingKeys is [] ? "" : $": {string.Join(", ", survey.MissingKeys)}";
        return new(
            RingCase.Unreadable,
            ErrorCode.ObjectsUnreadable,
            Invariant(
                $"stored objects are under a key that this key ring doesn't have: unreadable: {survey.UnreadableObjects} objects, by the last scan{keys}"
            ),
            StopsApiServer: true,
            CanLoseData: true,
            [Way(survey), new("edgekms scan", "it counts them again; delete neither the objects nor a backup")]
        );
    }

    private static WayOut Way(MachineSurvey survey)
    {
        if (Holder(survey) is not var (backup, keys))
        {
            return new(
                "edgekms restore --verify FILE",
                $"with each backup of the key ring: it lists the keys of one and changes nothing; {Page}"
            );
        }
        var has = string.Join(", ", keys);
        return RestorePolicy.Refuse(survey, backup.Header) is { } loss
            ? new(
                $"edgekms restore --verify {BackupChoice.Paste(backup.Path)}",
                $"that backup names {has}, but {loss}; see {Page} before you restore it"
            )
            : BackupChoice.Way(backup, $"it names {has}, and has every key of this ring");
    }

    /// <summary>The backup that names the most of the missing keys, of whatever ring; the newest of several.</summary>
    private static (SurveyedBackup Backup, IReadOnlyList<string> Keys)? Holder(MachineSurvey survey)
    {
        var (best, keys) = survey
            .Backups.Where(b => b.Proof != Proof.Disproven)
            .Select(b => (Backup: b, Keys: Named(survey, b)))
            .OrderByDescending(b => b.Keys.Count)
            .ThenByDescending(b => b.Backup.Header.Generation)
            .FirstOrDefault();
        return keys is null or [] ? null : (best, keys);
    }

    private static List<string> Named(MachineSurvey survey, SurveyedBackup backup)
    {
        var held = backup
            .Header.Keys.Where(k => k.HasMaterial)
            .Select(k => k.Id.Text)
            .ToHashSet(StringComparer.Ordinal);
        return [.. survey.MissingKeys.Where(held.Contains)];
    }
}
