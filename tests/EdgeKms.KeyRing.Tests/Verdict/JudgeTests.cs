using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.KeyRing.Verdict;
using static EdgeKms.KeyRing.Tests.Verdict.KnownMachine;

namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>Each case once, with what must and must not be advised in it.</summary>
public sealed class JudgeTests
{
    /// <summary>Name, survey, case, the first command that is advised (null: a person must act first), stops, loses.</summary>
    public static IEnumerable<TheoryDataRow<string, RingCase, string?, bool, bool>> Rows() =>
        Situations.Select(s => new TheoryDataRow<string, RingCase, string?, bool, bool>(
            s.Name,
            s.Case,
            s.First,
            s.Stops,
            s.Loses
        ));

    internal sealed record Situation(
        string Name,
        MachineSurvey Survey,
        RingCase Case,
        string? First,
        bool Stops,
        bool Loses
    );

    private const string Repair = "edgekms repair";
    private const string Restart = "systemctl restart edgekmsd";

    // A row a situation.
    // csharpier-ignore
    internal static readonly IReadOnlyList<Situation> Situations =
    [
        new("served and whole", Served(), RingCase.Healthy, null, false, false),
        new("whole, nobody serves", Whole(), RingCase.Stopped, "systemctl start edgekmsd", true, false),
        new("nothing, and a daemon that waits for a ring", Bare with { DaemonWaits = true }, RingCase.Bare, "edgekms init", true, false),
        new("whole, and somebody unknown listens", Whole() with { IsAnswered = true }, RingCase.NotTaken, Repair, true, false),
        new("nothing at all", Bare, RingCase.Bare, "edgekms init", true, false),
        new("wiped under the daemon", Bare with { Held = Held(3) }, RingCase.HeldOnly, Repair, true, true),
        new("newest deleted under the daemon", Served() with { Generations = [File(2), File(1)] }, RingCase.HeldNewer, Repair, true, true),
        new("newest damaged under the daemon", Served() with { Generations = [Damaged(3), File(2)] }, RingCase.HeldNewer, Repair, true, true),
        new("another file of the number under the daemon", Served() with { Held = new HeldRing(Header(3), Digest(9)) }, RingCase.HeldNewer, Repair, true, true),
        new("a later ring without the announced key", Served() with { Held = Held(2, keys: 3), Generations = [File(3, keys: 2)] }, RingCase.HeldNewer, Repair, true, true),
        new("another ring beside the daemon", Served() with { Held = Held(3, Given.OtherRingId) }, RingCase.HeldOther, Repair, true, true),
        new("restored beside the daemon", Served() with { Held = Held(3, Given.OtherRingId), Audit = Log((AuditEvent.Restored, 3, 0)) }, RingCase.RestoredNotTaken, Restart, false, false),
        new("a newer generation waits", Served() with { Held = Held(2) }, RingCase.NotTaken, Repair, false, false),
        new("a newer generation waits for room", Served() with { Held = Held(2), IsFull = true }, RingCase.DiskFull, "df -h /var/lib/edgekms", false, false),
        new("a newer generation, and no token", Served() with { Held = Held(2), Node = NoToken() }, RingCase.NotTaken, Repair, true, false),
        new("whole, but the daemon has not looked", Whole() with { DaemonWaits = true }, RingCase.NotTaken, Repair, true, false),
        new("token deleted under the daemon", Served() with { Node = NoToken() }, RingCase.ServedSealed, Repair, true, false),
        new("a stray file under the daemon", Served() with { Generations = [Damaged(99_999_999), File(3)] }, RingCase.Stray, Repair, true, false),
        new("a stray file, daemon stopped", Whole() with { Generations = [Damaged(99_999_998), File(3)] }, RingCase.Stray, Repair, true, false),
        new("files gone, checkpoint and backup there", Bare with { Mark = Mark(3), Backups = [Saved(2), Saved(3)] }, RingCase.Lost, "edgekms restore /mnt/usb/edgekms-3.backup", true, true),
        new("everything gone but backups", Bare with { Backups = [Saved(7)] }, RingCase.Lost, "edgekms restore /mnt/usb/edgekms-7.backup", true, true),
        new("everything gone but the log", Bare with { Audit = LogOf(2) }, RingCase.Lost, null, true, true),
        new("everything gone but the token", Bare with { Node = new SurveyedNode(true, "/t", null) }, RingCase.Lost, null, true, true),
        new("nothing, but somebody listens", Bare with { IsAnswered = true }, RingCase.Lost, null, true, true),
        new("nothing, but objects are told", Bare with { ConfiguredBy = "/etc/e.yaml", StoredObjects = 3 }, RingCase.Lost, null, true, true),
        new("a configuration alone", Bare with { ConfiguredBy = "/etc/e.yaml" }, RingCase.Bare, "edgekms init", true, false),
        new("newest damaged, the last key is in an older one", Whole() with { Generations = [Damaged(3), File(2, keys: 3)] }, RingCase.Damaged, Repair, true, false),
        new("newest disproven, the last key is in an older one", Whole() with { Generations = [File(3, Proof.Disproven), File(2, keys: 3)] }, RingCase.Damaged, Repair, true, false),
        new("another file under the number, daemon stopped", Whole() with { Mark = Mark(3) with { Value = Mark(3).Value! with { Digest = Digest(8) } }, Generations = [File(3), File(2, keys: 3)] }, RingCase.Damaged, Repair, true, false),
        new("newest damaged with the last key, no backup", Whole() with { Generations = [Damaged(3), File(2)] }, RingCase.DamagedLastKey, null, true, true),
        new("newest damaged with the last key, a backup", Whole() with { Generations = [Damaged(3), File(2)], Backups = [Saved(2), Saved(3)] }, RingCase.DamagedLastKey, "edgekms restore /mnt/usb/edgekms-3.backup", true, true),
        new("newest damaged, the log knows a later key", Whole() with { Generations = [Damaged(3), File(2, keys: 3)], Audit = LogOf(4) }, RingCase.DamagedLastKey, null, true, true),
        new("newest damaged, no checkpoint", Whole() with { Generations = [Damaged(3), File(2, keys: 3)], Mark = SurveyedMark.None }, RingCase.DamagedLastKey, null, true, true),
        new("older ring put back", Whole() with { Generations = [File(2), File(1)] }, RingCase.RolledBack, null, true, true),
        new("older ring put back, a backup fits", Whole() with { Generations = [File(2)], Backups = [Saved(3), Saved(1)] }, RingCase.RolledBack, "edgekms restore /mnt/usb/edgekms-3.backup", true, true),
        new("older ring and no checkpoint, the log knows", Whole(2) with { Mark = SurveyedMark.None, Audit = LogOf(3) }, RingCase.RolledBack, null, true, true),
        new("older ring and no checkpoint, a backup knows", Whole(2) with { Mark = SurveyedMark.None, Backups = [Saved(3)] }, RingCase.RolledBack, "edgekms restore /mnt/usb/edgekms-3.backup", true, true),
        new("the same under the daemon", Served(2) with { Mark = SurveyedMark.None, Audit = LogOf(3) }, RingCase.RolledBack, null, true, true),
        new("checkpoint of another ring", Whole() with { Mark = Mark(3, Proof.Disproven, Given.OtherRingId) }, RingCase.OtherRing, null, true, true),
        new("another ring put in place, a backup is of the one before", Whole() with { Mark = Mark(3, Proof.Disproven, Given.OtherRingId), Backups = [Saved(3, Given.OtherRingId)] }, RingCase.OtherRing, null, true, true),
        new("a turned bit in the newest ring id", Whole() with { Generations = [File(3, Proof.Unknown, Given.OtherRingId), File(2)], Mark = Mark(3, Proof.Unknown), Backups = [Saved(3)] }, RingCase.DamagedLastKey, "edgekms restore /mnt/usb/edgekms-3.backup", true, true),
        new("newer version", Whole() with { Generations = [Damaged(3, ErrorCode.RingUnsupportedVersion)] }, RingCase.NewerVersion, null, true, false),
        new("no token", Whole() with { Node = NoToken() }, RingCase.Sealed, Repair, true, false),
        new("locked", Whole() with { Node = NoToken(ErrorCode.NodeLocked) }, RingCase.Locked, Repair, true, false),
        new("no checkpoint, daemon stopped", Whole() with { Mark = SurveyedMark.None }, RingCase.Unmarked, Repair, false, false),
        new("no checkpoint, daemon serves", Served() with { Mark = SurveyedMark.None }, RingCase.Unmarked, Repair, false, false),
        new("no checkpoint, no room for one", Served() with { Mark = SurveyedMark.None, IsFull = true }, RingCase.DiskFull, "df -h /var/lib/edgekms", false, false),
        new("damaged checkpoint", Served() with { Mark = new SurveyedMark(true, null, Proof.Unknown) }, RingCase.Unmarked, Repair, false, false),
        new("forged checkpoint of a far generation", Whole() with { Mark = Mark(99_999_998, Proof.Disproven) }, RingCase.Unmarked, Repair, true, false),
        new("not private", Whole() with { Problem = new SurveyProblem(ErrorCode.NotPrivate, "/x has mode 0755") }, RingCase.NotPrivate, Repair, true, false),
        new("no permission", Whole() with { Problem = new SurveyProblem(ErrorCode.PermissionDenied, "/x") }, RingCase.NoPermission, null, true, false),
        new("not mounted", Bare with { Problem = new SurveyProblem(ErrorCode.StorageAbsent, "/x is a link") }, RingCase.Unmounted, "mount -a", true, false),
        new("I/O error", Whole() with { Problem = new SurveyProblem(ErrorCode.StorageFailed, "read /x") }, RingCase.StorageFailed, null, true, true),
        new("read-only, served", Served() with { IsReadOnly = true }, RingCase.ReadOnly, "mount -o remount,rw $(findmnt -n -o TARGET --target /var/lib/edgekms)", false, false),
        new("bad memory", Served() with { SelfTestFailed = true }, RingCase.SelfTestFailed, Restart, true, false),
        new("objects of a key that the ring lacks", Served() with { UnreadableObjects = 7 }, RingCase.Unreadable, "edgekms restore --verify FILE", true, true),
        new("clock behind", Served() with { Now = Given.Monday }, RingCase.ClockBehind, "edgekms rotate", false, false),
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_EachSituation_IsItsCaseWithItsFirstWay(
        string name,
        RingCase expected,
        string? first,
        bool stops,
        bool loses
    )
    {
        var verdict = Judge.Of(Situations.Single(s => s.Name == name).Survey);

        Assert.Equal(
            (expected, first, stops, loses),
            (
                verdict.Case,
                verdict.Ways is [var way, ..] ? way.Command : null,
                verdict.StopsApiServer,
                verdict.CanLoseData
            )
        );
        Assert.NotEmpty(verdict.Text);
        Assert.Equal(verdict.Case is RingCase.Healthy, verdict.Ways.Count == 0);
    }

    [Fact]
    public void Situations_OfThisTable_MeetEveryCase() =>
        Assert.Empty(Enum.GetValues<RingCase>().Except(Situations.Select(s => s.Case)));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_EachSituation_AdvisesNoNewRingAndNoRestartThatLosesOne(
        string name,
        RingCase expected,
        string? first,
        bool stops,
        bool loses
    )
    {
        _ = (first, stops, loses);
        var survey = Situations.Single(s => s.Name == name).Survey;
        var verdict = Judge.Of(survey);
        var commands = verdict.Ways.Select(w => w.Command).OfType<string>().ToList();

        if (expected != RingCase.Bare)
            Assert.DoesNotContain(commands, c => c.Contains("init", StringComparison.Ordinal));
        var isOnDisk = survey.Held is not { } held || survey.Newest?.Digest?.SequenceEqual(held.Digest) == true;
        if (!isOnDisk && expected is not (RingCase.RestoredNotTaken or RingCase.NotTaken or RingCase.DiskFull))
        {
            Assert.False(verdict.MayRestart);
            Assert.DoesNotContain(commands, c => c.Contains("restart", StringComparison.Ordinal));
        }
        // A rollback is the last way, behind every other.
        var rollback = commands.FindIndex(c => c.Contains("--accept-rollback") || c.Contains("--force"));
        Assert.True(rollback < 0 || rollback == commands.Count - 1);
    }

    /// <summary>Each command obeys the same verdict: what is advised is not refused by the one who types it.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_EachSituation_AdvisesNothingThatTheCommandRefuses(
        string name,
        RingCase expected,
        string? first,
        bool stops,
        bool loses
    )
    {
        _ = (expected, first, stops, loses);
        var survey = Situations.Single(s => s.Name == name).Survey;
        var verdict = Judge.Of(survey);

        foreach (var command in verdict.Ways.Select(w => w.Command).OfType<string>())
        {
            if (survey.Backups.FirstOrDefault(b => command == BackupChoice.Way(b).Command) is { } backup)
            {
                Assert.Null(RestorePolicy.Refuse(survey, backup.Header));
                Assert.Null(RestorePolicy.Refuse(RestorePolicy.Certain(survey), backup.Header));
            }
            // Modes and owners are mended before the verdict is asked.
            if (command.StartsWith(Repair, StringComparison.Ordinal) && verdict.Case != RingCase.NotPrivate)
            {
                var step = RepairPolicy.Of(verdict, command.Contains("--accept-rollback", StringComparison.Ordinal));
                Assert.NotEqual(RepairStep.Refuse, step);
            }
        }
    }

    /// <summary>The verdict follows from proofs: whatever an unproven number says, a whole ring stays what it is.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(99_999_999)]
    public void Of_AWholeRing_IsNotMovedByNumbersThatNobodyAuthenticated(int number)
    {
        var stray = Whole() with { Generations = [Damaged(number), .. Whole().Generations] };
        var marked = Whole() with { Mark = Mark(number, Proof.Disproven) };

        Assert.Equal(RepairStep.SetAside, RepairPolicy.Of(Judge.Of(stray), false));
        Assert.Equal(RepairStep.WriteMark, RepairPolicy.Of(Judge.Of(marked), false));
        var good = new OpenedGeneration(Header(3), IsMarkProven: false);
        Assert.Equal(3, CarryOn.From(good, marked, [3]).Above);
        Assert.Equal(3, RestorePolicy.Above(marked with { Generations = [Damaged(number), File(3)] }, Header(2)));
    }

    [Fact]
    public void Of_ARingThatWasChosen_IsNotCalledRolledBackByWhatTheLogToldBefore()
    {
        var log = Log(
            (AuditEvent.RingCreated, 1, 0),
            (AuditEvent.KeyCreated, 1, 1),
            (AuditEvent.KeyCreated, 5, 5),
            (AuditEvent.KeyCreated, 2, 2),
            (AuditEvent.Restored, 2, 0)
        );

        Assert.Equal(RingCase.Unmarked, Judge.Of(Whole(2) with { Mark = SurveyedMark.None, Audit = log }).Case);
        Assert.Equal(RingCase.RolledBack, Judge.Of(Whole(1) with { Mark = SurveyedMark.None, Audit = log }).Case);
    }
}
