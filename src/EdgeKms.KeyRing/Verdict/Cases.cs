using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>The cases with their words and ways out.</summary>
internal static class Cases
{
    internal const string Repair = "edgekms repair";
    internal const string Restart = "systemctl restart edgekmsd";

    internal static RingVerdict RolledBack(MachineSurvey survey, string text) =>
        new(
            RingCase.RolledBack,
            ErrorCode.RingRolledBack,
            $"the key ring is an older one: {text}",
            StopsApiServer: true,
            CanLoseData: true,
            BackupChoice.WaysBack(survey)
        );

    internal static RingVerdict OtherRing(MachineSurvey survey, string text)
    {
        var ways = new List<WayOut>
        {
            new(null, "state directories were mixed up: put back the ring that belongs to this machine"),
        };
        // A bit of the newest file's header may have turned over: then the older ones are still this ring's.
        if (
            survey.Newest!.Proof != Proof.Proven
            && survey.Generations.Any(g => g.Header?.Id == survey.Mark.Value!.Ring)
        )
            return DamagedFile.Of(survey, $"{text}: the newest generation is damaged, or another ring's");
        if (
            BackupChoice.IsOfTheRingBefore(survey)
            && survey.Mark.Value is { } mark
            && BackupChoice.Best(survey, mark.Ring, mark.Active) is { } backup
        )
            ways.Add(BackupChoice.Way(backup, "the checkpoint and the backups are of that ring"));
        ways.Add(
            new(
                $"{Repair} --accept-rollback 'the checkpoint is of another ring'",
                "only where the ring that is here is the right one: it gets a new key and a new checkpoint"
            )
        );
        return new(
            RingCase.OtherRing,
            ErrorCode.CheckpointOtherRing,
            text,
            StopsApiServer: true,
            CanLoseData: true,
            ways
        );
    }

    internal static RingVerdict Sealed(MachineSurvey survey, SurveyProblem problem)
    {
        if (!Slots.RingUnlock.IsTokenProblem(problem.Code))
            return Unreadable(survey, problem);
        var isLocked = problem.Code == ErrorCode.NodeLocked;
        return new(
            isLocked ? RingCase.Locked : RingCase.Sealed,
            problem.Code,
            problem.Text,
            StopsApiServer: true,
            CanLoseData: survey.Newest!.Header!.Slots.All(s => s.Kind == Slots.SlotKind.Node),
            [new(Repair, "enter the administrator passphrase or the recovery code: it makes a new node token")]
        );
    }

    internal static RingVerdict Unreadable(MachineSurvey survey, SurveyProblem problem)
    {
        var served = survey.Held is null ? "" : "; the daemon goes on with the ring in its memory: don't restart it";
        var text = problem.Text + served;
        return problem.Code switch
        {
            ErrorCode.RingUnsupportedVersion => new(
                RingCase.NewerVersion,
                problem.Code,
                text,
                true,
                false,
                [new(null, "upgrade EdgeKms, then start it again (systemctl restart edgekmsd); the ring is whole")]
            ),
            ErrorCode.NotPrivate => new(
                RingCase.NotPrivate,
                problem.Code,
                text,
                true,
                false,
                [new(Repair, "it corrects modes and owners of what EdgeKms made, and names what it leaves alone")]
            ),
            ErrorCode.PermissionDenied => new(
                RingCase.NoPermission,
                problem.Code,
                text,
                true,
                false,
                [
                    new(
                        null,
                        "run the command as root, for example with sudo; where root is refused too, a rule of the system stands in the way (SELinux or AppArmor: see \"journalctl -k -g denied\"); the ring may be whole"
                    ),
                ]
            ),
            ErrorCode.StorageReadOnly => ReadOnly(survey),
            ErrorCode.StorageAbsent => new(
                RingCase.Unmounted,
                problem.Code,
                text,
                true,
                false,
                [
                    new(
                        "mount -a",
                        "a running edgekmsd finds the key ring by itself then; never run edgekms init in its place: a new ring can't read the stored objects"
                    ),
                ]
            ),
            _ => new(
                RingCase.StorageFailed,
                problem.Code,
                text,
                true,
                true,
                [
                    new(
                        null,
                        $"look for disk errors (\"journalctl -k -n 50\") and mount {survey.StateDirectory} again; then run edgekms repair"
                    ),
                ]
            ),
        };
    }

    internal static RingVerdict ReadOnly(MachineSurvey survey) =>
        new(
            RingCase.ReadOnly,
            ErrorCode.StorageReadOnly,
            $"the file system of {survey.StateDirectory} is mounted read-only: the ring is served, and nothing can be changed",
            false,
            false,
            [WayOut.Remount(survey.StateDirectory)]
        );

    internal static RingVerdict Full(MachineSurvey survey, string text) =>
        new(
            RingCase.DiskFull,
            ErrorCode.StorageFull,
            $"the disk of {survey.StateDirectory} is full: {text}",
            false,
            false,
            [
                new(
                    $"df -h {BackupChoice.Paste(survey.StateDirectory)}",
                    "free some space: nothing is lost, and it goes on by itself"
                ),
            ]
        );

    internal static RingVerdict Stray(SurveyedGeneration newest) =>
        new(
            RingCase.Stray,
            ErrorCode.RingDamaged,
            $"{newest.Problem!.Text}; this ring never had a generation {newest.Number}, and the one that was used last is whole",
            StopsApiServer: true,
            CanLoseData: false,
            [new(Repair, "it moves that file aside")]
        );

    internal static RingVerdict Held(RingCase what, ErrorCode code, string text) =>
        new(
            what,
            code,
            text,
            StopsApiServer: true,
            CanLoseData: what is not RingCase.ServedSealed,
            [
                new(
                    Repair,
                    what == RingCase.ServedSealed
                        ? "the running daemon makes a new node token"
                        : "the running daemon writes the ring from its memory; no passphrase is asked"
                ),
            ]
        );

    internal static RingVerdict RestoredNotTaken(RingHeader newest) =>
        new(
            RingCase.RestoredNotTaken,
            ErrorCode.CheckpointOtherRing,
            Invariant(
                $"a ring was restored (generation {newest.Generation}), and the daemon still serves the one before"
            ),
            StopsApiServer: false,
            CanLoseData: false,
            [new(Restart, "the daemon takes the restored ring over")]
        );

    internal static bool IsDamage(ErrorCode code) =>
        code is ErrorCode.RingDamaged or ErrorCode.RingLimit or ErrorCode.RingChanged;
}
