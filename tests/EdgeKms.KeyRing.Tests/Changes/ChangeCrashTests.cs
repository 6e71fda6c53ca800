using EdgeKms.KeyRing.Changes;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>
/// Every change of the ring, stopped at every single step: the loader finds the old generation or the new one, complete;
/// a token opens it, the administrator too, no promised key is lost, and the next change goes through and tidies up.
/// </summary>
public sealed class ChangeCrashTests
{
    private static readonly (bool Names, bool Contents)[] Losses =
    [
        (false, false),
        (false, true),
        (true, false),
        (true, true),
    ];

    public static TheoryData<Change> Changes { get; } = new(Enum.GetValues<Change>());

    public static TheoryData<Change, ErrorCode, bool> Errors { get; } =
        new(
            from change in Enum.GetValues<Change>()
            from code in new[] { ErrorCode.StorageFull, ErrorCode.StorageFailed, ErrorCode.StorageReadOnly }
            from stays in new[] { false, true }
            select (change, code, stays)
        );

    public static TheoryData<Change, string> DirectoriesThatFail { get; } =
        new(
            from change in Enum.GetValues<Change>()
            from directory in new[] { "state", "ring", "backups" }
            select (change, directory)
        );

    [Theory]
    [MemberData(nameof(Changes))]
    public void Change_StoppedByAPowerCutAtEveryStep_LeavesTheOldOrTheNewGeneration(Change change)
    {
        var seen = new HashSet<int>();
        var steps = StepsOf(change);
        for (var at = 1; at <= steps + 1; at++)
        {
            var bed = ChangeBed.Fresh();
            var (old, next) = (bed.Generation, bed.After(change));
            bed.Use(new Steps { PowerCutAt = at });
            ChangedRing? changed = null;
            if (at <= steps)
                Assert.Throws<PowerCutException>(() => bed.Apply(change));
            else
                changed = bed.Apply(change);
            foreach (var (names, contents) in Losses)
            {
                var after = bed.Reboot(names, contents);
                var found = after.CheckWhole();
                seen.Add(found);
                Assert.True(found == next || (found == old && at <= steps), $"step {at}: generation {found}");
                if (changed?.Backup is { } backup)
                    after.CheckBackup(backup);
                after.RotateAgain(cut: !names);
            }
        }
        var first = ChangeBed.Fresh();
        Assert.Equal(new[] { first.Generation, first.After(change) }.Distinct(), seen.Order());
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public void Change_WithAnErrorAtEveryStep_LeavesTheOldOrTheNewGeneration(Change change, ErrorCode code, bool stays)
    {
        var steps = StepsOf(change);
        var failed = 0;
        for (var at = 1; at <= steps; at++)
        {
            var bed = ChangeBed.Fresh();
            var error = new Steps
            {
                ErrorAt = at,
                Error = code,
                ErrorStays = stays,
            };
            bed.Use(error);
            failed += CheckChange(bed, change, code, thorough: code == ErrorCode.StorageFailed) ? 0 : 1;
        }
        Assert.InRange(failed, 6, steps);
    }

    // The state directory, the ring's and the backup's may lie on three disks, and one of them fails for good.
    [Theory]
    [MemberData(nameof(DirectoriesThatFail))]
    public void Change_WithOneDirectoryFailingFromEveryStepOn_LeavesTheOldOrTheNewGeneration(
        Change change,
        string directory
    )
    {
        for (var at = 1; ; at++)
        {
            var bed = ChangeBed.Fresh();
            var steps = new Steps
            {
                ErrorAt = at,
                Error = ErrorCode.StorageFailed,
                ErrorStays = true,
            };
            switch (directory)
            {
                case "state":
                    bed.State.Steps = steps;
                    break;
                case "ring":
                    bed.Ring.Steps = steps;
                    break;
                default:
                    bed.Backups.Steps = steps;
                    break;
            }
            CheckChange(bed, change, ErrorCode.StorageFailed, thorough: true);
            if (steps.Count < at)
                break;
        }
    }

    [Fact]
    public void RequiredBackup_FailingAtEveryStep_LeavesRingAndTokenAsTheyWere()
    {
        var refused = 0;
        // Those that make a KEK. The others go through: see RequiredBackup_Failing_BlocksOnlyWhatMakesAKek.
        foreach (var change in new[] { Change.Rotate, Change.RemoveSlot, Change.RotateAboveAGap })
        {
            for (var at = 1; ; at++)
            {
                var bed = ChangeBed.Fresh(backupRequired: true);
                var (old, token, names) = (bed.Generation, bed.State.Peek(ChangeBed.TokenName), bed.Backups.List());
                var steps = new Steps { ErrorAt = at, Error = ErrorCode.StorageFailed };
                bed.Backups.Steps = steps;
                ChangedRing? changed = null;
                try
                {
                    changed = bed.Apply(change);
                }
                catch (EdgeKmsException e)
                {
                    Assert.Equal(ErrorCode.BackupFailed, e.Code);
                }
                if (steps.Count < at)
                    break;
                bed.Use(new Steps());
                if (changed is not null)
                {
                    // Only the retention failed: the backup is there.
                    bed.Reboot(false, false).CheckBackup(changed.Backup!);
                    continue;
                }
                refused++;
                Assert.Equal(token, bed.State.Peek(ChangeBed.TokenName));
                Assert.Equal(names.Order(), bed.Backups.List().Order());
                bed.CheckTidy();
                Assert.Equal(old, bed.CheckWhole());
                bed.RotateAgain();
            }
        }
        Assert.InRange(refused, 3 * 6, 3 * 9);
    }

    [Theory]
    [InlineData(Change.ReplaceToken)]
    [InlineData(Change.AddSlot)]
    public void RequiredBackup_Failing_BlocksOnlyWhatMakesAKek(Change change)
    {
        var bed = ChangeBed.Fresh(backupRequired: true);
        bed.Backups.Steps = new Steps
        {
            ErrorAt = 1,
            Error = ErrorCode.StorageFailed,
            ErrorStays = true,
        };

        var changed = bed.Apply(change)!;

        Assert.Equal(ErrorCode.BackupFailed, Assert.Single(changed.Warnings).Code);
        Given.Fails(ErrorCode.BackupFailed, () => bed.Apply(Change.Rotate));
        bed.Use(new Steps());
        Assert.Equal(changed.Stored.Ring.Header.Generation, bed.CheckWhole());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Rotate_CutAtEveryStepAndItsRecoveryCutAtEveryStep_LosesNothing(bool keepNames, bool keepContents)
    {
        var steps = StepsOf(Change.Rotate);
        for (var first = 1; first <= steps; first += keepNames ? 3 : 1)
        {
            var cut = ChangeBed.Fresh();
            cut.Use(new Steps { PowerCutAt = first });
            Assert.Throws<PowerCutException>(() => cut.Apply(Change.Rotate));
            var half = cut.Reboot(keepNames, keepContents);
            CutTheNextChangeAtEveryStep(half, keepNames, keepContents);
        }
    }

    // The directory that could not be synced holds a generation that a power cut takes away again: no token may be given
    // up for it before it is durable.
    [Fact]
    public void Rotate_FailedAtEveryStepAndTheNextChangeCutAtEveryStep_LosesNothing()
    {
        var steps = StepsOf(Change.Rotate);
        for (var first = 1; first <= steps; first++)
        {
            var failed = ChangeBed.Fresh();
            failed.Use(new Steps { ErrorAt = first, Error = ErrorCode.StorageFailed });
            try
            {
                failed.Apply(Change.Rotate);
            }
            catch (EdgeKmsException e)
            {
                Assert.Equal(ErrorCode.StorageFailed, e.Code);
            }
            failed.Use(new Steps());
            CutTheNextChangeAtEveryStep(failed, keepNames: false, keepContents: false);
        }
    }

    // A rotation stopped after its commit left the successor as the only token; the older ring that is then restored is
    // opened by the token before.
    [Fact]
    public void Restore_CutAtEveryStepAfterARotationCutAtEveryStep_LeavesARingThatATokenOpens()
    {
        var steps = StepsOf(Change.Rotate);
        for (var first = 1; first <= steps; first++)
        {
            var cut = ChangeBed.Fresh();
            cut.Use(new Steps { PowerCutAt = first });
            Assert.Throws<PowerCutException>(() => cut.Apply(Change.Rotate));
            var half = cut.Reboot(false, false);
            half.CheckWhole();
            for (var second = 1; ; second += 2)
            {
                var again = half.Copy();
                again.Use(new Steps { PowerCutAt = second });
                try
                {
                    again.Restore(ChangeBed.Old);
                    break;
                }
                catch (PowerCutException)
                {
                    again.Reboot(false, false).CheckWhole();
                }
            }
        }
    }

    private static void CutTheNextChangeAtEveryStep(ChangeBed from, bool keepNames, bool keepContents)
    {
        from.CheckWhole();
        for (var second = 1; ; second++)
        {
            var again = from.Copy();
            again.Use(new Steps { PowerCutAt = second });
            try
            {
                again.Apply(Change.Rotate);
                return;
            }
            catch (PowerCutException)
            {
                var after = again.Reboot(keepNames, keepContents);
                after.CheckWhole();
                if (second % 5 == 0)
                    after.RotateAgain(cut: false);
            }
        }
    }

    /// <summary>Makes the change on directories that fail somewhere, and checks what it left, here and after a cut.</summary>
    /// <returns>True when the change was made.</returns>
    private static bool CheckChange(ChangeBed bed, Change change, ErrorCode code, bool thorough)
    {
        var (old, next) = (bed.Generation, bed.After(change));
        ChangedRing? changed = null;
        var returned = true;
        try
        {
            changed = bed.Apply(change);
        }
        catch (EdgeKmsException e)
        {
            Assert.Equal(change == Change.BackupAlone ? ErrorCode.BackupFailed : code, e.Code);
            returned = false;
        }
        bed.Use(new Steps());
        var dropped = bed.Reboot(false, false);
        var (here, there) = (bed.CheckWhole(), dropped.CheckWhole());
        if (returned)
            Assert.Equal((next, next), (here, there));
        else
            Assert.Subset(new HashSet<int> { old, next }, new HashSet<int> { here, there });
        if (changed?.Backup is { } backup)
            dropped.CheckBackup(backup);
        bed.RotateAgain(cut: thorough);
        if (thorough)
            dropped.RotateAgain(cut: false);
        return returned;
    }

    private static int StepsOf(Change change)
    {
        var bed = ChangeBed.Fresh();
        var steps = new Steps();
        bed.Use(steps);
        bed.Apply(change);
        return steps.Count;
    }
}
