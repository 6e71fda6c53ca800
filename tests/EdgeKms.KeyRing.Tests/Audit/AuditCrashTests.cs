using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Tests.RingFile;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>An append, stopped at every single step: the log is ok each time, and the next append works.</summary>
public sealed class AuditCrashTests
{
    private static readonly bool[] s_both = [false, true];

    // Each start makes the append take another path; the last is three lines, of which two go into the next file.
    private static readonly Dictionary<string, (AuditBed Bed, int Entries)> s_starts = new()
    {
        ["no log"] = (new AuditBed(), 1),
        ["one file"] = (new AuditBed().Append(2), 2),
        ["torn file"] = (new AuditBed().Append(2).Tear(1), 2),
        ["32 files and torn"] = (AuditBed.OfFiles(32).Tear(32), 1),
        ["almost full"] = (AuditBed.AlmostFull(), 3),
    };

    public static TheoryData<string, bool, bool> Losses { get; } =
        new(
            from start in s_starts.Keys
            from keepNames in s_both
            from keepContents in s_both
            select (start, keepNames, keepContents)
        );

    public static TheoryData<string, ErrorCode, bool> Errors { get; } =
        new(
            from start in s_starts.Keys
            from code in new[] { ErrorCode.StorageFull, ErrorCode.StorageReadOnly }
            from stays in s_both
            select (start, code, stays)
        );

    [Theory, MemberData(nameof(Losses))]
    public void Append_StoppedByAPowerCutAtEveryStep_LeavesAWholeLog(string start, bool keepNames, bool keepContents)
    {
        var (made, entries) = s_starts[start];
        var seen = new HashSet<long>();
        for (var (at, wasCut) = (1, true); wasCut; at++)
        {
            var bed = made.Reboot(keepNames: true, keepContents: true); // a copy
            var before = bed.Verified().LastSequence;
            bed.Directory.Steps = new Steps { PowerCutAt = at };
            wasCut = false;
            try
            {
                Assert.True(bed.Log.TryAppend(Several(entries)));
            }
            catch (PowerCutException)
            {
                wasCut = true;
            }
            var after = bed.Reboot(keepNames, keepContents);
            var found = after.Verified().LastSequence;
            Assert.InRange(found, wasCut ? before : before + entries, before + entries);
            seen.Add(found - before);
            AppendsAgain(after, found);
        }
        Assert.Contains(0, seen);
        Assert.Contains(entries, seen);
    }

    [Theory, MemberData(nameof(Errors))]
    public void Append_WithAnErrorAtEveryStep_LeavesAWholeLog(string start, ErrorCode code, bool stays)
    {
        var (made, entries) = s_starts[start];
        var failed = 0;
        for (var (at, isOver) = (1, false); !isOver; at++)
        {
            var bed = made.Reboot(keepNames: true, keepContents: true); // a copy
            var before = bed.Verified().LastSequence;
            var steps = new Steps
            {
                ErrorAt = at,
                Error = code,
                ErrorStays = stays,
            };
            bed.Directory.Steps = steps;
            var appended = bed.Log.TryAppend(Several(entries));
            isOver = steps.Count < at;
            failed += appended ? 0 : 1;
            bed.Directory.Steps = new Steps();

            var found = bed.Verified().LastSequence;
            var dropped = bed.Reboot(keepNames: false, keepContents: false).Verified().LastSequence;
            if (appended)
                Assert.Equal((before + entries, before + entries), (found, dropped));
            Assert.InRange(found, before, before + entries);
            AppendsAgain(bed, found);
        }
        Assert.True(failed >= 4, $"{failed} failures");
    }

    private static AuditEntry[] Several(int count) => [.. Enumerable.Repeat(AuditBed.Entry(), count)];

    /// <summary>The next append works, and what it promised survives a power cut right after it.</summary>
    private static void AppendsAgain(AuditBed bed, long found)
    {
        bed.Append();
        Assert.Equal(found + 1, bed.Verified().LastSequence);
        Assert.InRange(bed.Directory.List().Count, 1, AuditLog.KeptFiles + 1);
        foreach (var keepNames in s_both)
        {
            foreach (var keepContents in s_both)
                Assert.Equal(found + 1, bed.Reboot(keepNames, keepContents).Verified().LastSequence);
        }
    }
}
