// Purpose:    one verdict for one machine: what status, doctor, repair, restore, init, the daemon and the simulation say and obey.
// References: design.md section 7; docs/architecture/failure-modes.md has each case with its test.
// Limits:     a hint is part of the data's safety. Never "init" while anything remembers a ring; never a restart while memory holds
//             what the disk does not; a rollback only behind every way that loses nothing.

using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>From what is known to what is said of it. Pure: no file, no clock, no lock.</summary>
public static class Judge
{
    public static RingVerdict Of(MachineSurvey survey) =>
        survey switch
        {
            { Problem: { } problem } => Cases.Unreadable(survey, problem),
            { Held: { } held } => ServedRing.Of(survey, held),
            { Generations: [] } => WithoutFiles(survey),
            _ => FromFiles(survey),
        };

    private static RingVerdict FromFiles(MachineSurvey survey)
    {
        var newest = survey.Newest!;
        if (newest.Header is not { } header)
        {
            return Cases.IsDamage(newest.Problem!.Code)
                ? DamagedFile.Of(survey, newest.Problem.Text)
                : Cases.Unreadable(survey, newest.Problem);
        }
        if (newest.Proof == Proof.Disproven)
            return DamagedFile.Of(survey, newest.Problem!.Text);
        if (Marked(survey, newest, header) is { Case: not RingCase.Unmarked and not RingCase.DiskFull } doubt)
            return doubt;
        if (survey.Node.Problem is { } problem)
            return Cases.Sealed(survey, problem);
        if (Marked(survey, newest, header) is { } unmarked)
            return unmarked;
        return survey.DaemonWaits || survey.IsAnswered
            ? new(
                RingCase.NotTaken,
                ErrorCode.RingChanged,
                Invariant($"generation {header.Generation} is whole, but the daemon has not taken it over yet"),
                StopsApiServer: true,
                CanLoseData: false,
                [new(Cases.Repair, "it has the daemon look again, and says what stands in the way")]
            )
            : new(
                RingCase.Stopped,
                null,
                "edgekmsd does not run: kube-apiserver can neither start nor write Secrets",
                StopsApiServer: true,
                CanLoseData: false,
                [new("systemctl start edgekmsd", "the key ring is whole")]
            );
    }

    /// <summary>What the checkpoint says, or its absence; null where it is authentic and goes with the ring.</summary>
    internal static RingVerdict? Marked(MachineSurvey survey, SurveyedGeneration newest, RingHeader header)
    {
        var mark = survey.Mark;
        // A checkpoint that the ring's own key disproves tells nothing: only what is authentic counts. Where no key is at hand
        // nobody knows that yet. That of another ring can't be authentic under this one's key, and is said all the same.
        var speaks = mark.Value is { } value && (mark.Proof != Proof.Disproven || value.Ring != header.Id);
        if (speaks && Contradiction.Of(header, newest.Digest!, mark.Value) is { } contradiction)
        {
            return contradiction.Code switch
            {
                ErrorCode.CheckpointOtherRing => Cases.OtherRing(survey, contradiction.Text),
                ErrorCode.RingDamaged => DamagedFile.Of(survey, contradiction.Text),
                _ => Cases.RolledBack(survey, contradiction.Text),
            };
        }
        if (mark.Proof == Proof.Proven || (mark.Proof == Proof.Unknown && mark.Value is not null))
            return null;
        if (Evidence.InTheLog(header, survey.Audit) is { } told)
            return Cases.RolledBack(survey, told);
        if (Evidence.InBackups(header, survey.Backups) is { } backedUp)
            return Cases.RolledBack(survey, backedUp);
        var text = mark.IsThere ? "the checkpoint is damaged" : "the checkpoint is missing";
        return survey.IsFull
            ? Cases.Full(survey, text)
            : new(
                RingCase.Unmarked,
                ErrorCode.CheckpointDamaged,
                $"{text}: an older ring put back would not be noticed",
                // The daemon reads a checkpoint that it can't authenticate before it has the key to tell.
                StopsApiServer: mark.Value is not null
                    && Contradiction.Of(header, newest.Digest!, mark.Value) is not null,
                CanLoseData: false,
                [new(Cases.Repair, "it writes a new one")]
            );
    }

    private static RingVerdict WithoutFiles(MachineSurvey survey)
    {
        var remembered = Memory.Of(survey);
        if (remembered.Count == 0)
        {
            return new(
                RingCase.Bare,
                ErrorCode.RingMissing,
                $"there is no key ring in {survey.StateDirectory}, and nothing on this machine remembers one",
                StopsApiServer: true,
                CanLoseData: false,
                [
                    new(
                        "edgekms init",
                        "it makes one; on a machine whose datastore has Secrets, mount or restore its state directory instead"
                    ),
                ]
            );
        }
        var ways = new List<WayOut>();
        foreach (var backup in BackupChoice.OfEachRing(survey))
            ways.Add(BackupChoice.Way(backup));
        if (ways.Count == 0)
            ways.Add(
                new(
                    null,
                    $"mount the disk that has {survey.StateDirectory}, or find a backup and run edgekms restore FILE; never run edgekms init: a new ring can't read the stored objects"
                )
            );
        return new(
            RingCase.Lost,
            ErrorCode.RingLost,
            $"there is no key ring in {survey.StateDirectory}, but this machine had one: {string.Join(", ", remembered)}",
            StopsApiServer: true,
            CanLoseData: true,
            ways
        );
    }

    /// <summary>Where ring, token and checkpoint are well.</summary>
    internal static RingVerdict Notes(MachineSurvey survey, bool served)
    {
        if (survey.SelfTestFailed)
        {
            return new(
                RingCase.SelfTestFailed,
                ErrorCode.SelfTestFailed,
                "the daemon's self-test failed: a test value could not be wrapped and unwrapped",
                true,
                false,
                [new(Cases.Restart, "the ring on disk is whole; if it comes again, test the machine's memory")]
            );
        }
        if (survey.UnreadableObjects > 0)
            return LostKeys.Of(survey);
        if (survey.IsReadOnly)
            return Cases.ReadOnly(survey);
        if (survey.Mark.Seen is { } seen && survey.Now < seen)
        {
            return new(
                RingCase.ClockBehind,
                null,
                Invariant(
                    $"the clock says {UtcText.Format(survey.Now)}, but this machine has seen {UtcText.Format(seen)}: the schedule rotates nothing until then"
                ),
                false,
                false,
                [new("edgekms rotate", "where the clock is right now: it rotates, and the later date is forgotten")]
            );
        }
        return new(
            RingCase.Healthy,
            null,
            served ? "the key ring is whole, and served" : "the key ring is whole",
            false,
            false,
            []
        );
    }
}
