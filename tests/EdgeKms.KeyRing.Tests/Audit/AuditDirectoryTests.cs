using System.Diagnostics;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.Audit;

/// <summary>The log on a real file system.</summary>
public sealed class AuditDirectoryTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _state = Directory.CreateTempSubdirectory("edgekms-test-").FullName;

    private string Audit => Path.Combine(_state, AuditLog.DirectoryName);

    public void Dispose() => Directory.Delete(_state, recursive: true);

    [Fact]
    public void Append_First_MakesAPrivateDirectoryAndReadersMakeNone()
    {
        var log = Open();
        Assert.Equal(0, log.Verify().Entries);
        Assert.Empty(log.Read().Records);
        Assert.False(Directory.Exists(Audit));
        Assert.True(log.TryAppend(AuditBed.Entry()));
        Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(Audit));
        Assert.Equal(Private, File.GetUnixFileMode(Path.Combine(Audit, AuditBed.Name(1))));
        Assert.Equal(1, Open().Verify().Entries);
    }

    [Fact]
    public void Append_WithoutAStateDirectory_IsFalseAndMakesNothing()
    {
        var missing = Path.Combine(_state, "none");
        Assert.False(AuditLog.Open(missing, TimeProvider.System).TryAppend(AuditBed.Entry()));
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public void Append_WhereTheDirectoryIsAFileOrOpenToOthers_IsFalse()
    {
        File.WriteAllText(Audit, "");
        Assert.False(Open().TryAppend(AuditBed.Entry()));
        File.Delete(Audit);
        Directory.CreateDirectory(Audit, (UnixFileMode)Convert.ToInt32("755", 8));
        Assert.False(Open().TryAppend(AuditBed.Entry()));
        Given.Fails(ErrorCode.NotPrivate, () => Open().Verify());
    }

    [Fact]
    public void Append_ByRootInAnotherUsersState_BelongsToThatUser()
    {
        Assert.SkipUnless(FileStatus.OwnUser == 0, "only root can give a file to another user");
        using (var chown = Process.Start("chown", ["65534", _state]))
            chown.WaitForExit();
        Assert.True(Open().TryAppend(AuditBed.Entry()));
        foreach (var path in (string[])[Audit, .. Directory.EnumerateFiles(Audit)])
            Assert.Equal(65534u, FileStatus.Of(path)!.Value.User);
        Assert.Equal(3, 1 + Directory.EnumerateFiles(Audit).Count());
    }

    [Fact]
    public async Task TwoWriters_AtOnce_MakeOneChain()
    {
        const int each = 60;
        var writers = Enumerable
            .Range(0, 2)
            .Select(w => Task.Run(() => Enumerable.Range(0, each).Count(_ => Open().TryAppend(AuditBed.Entry($"{w}")))))
            .ToArray();
        var appended = await Task.WhenAll(writers);
        Assert.Equal([each, each], appended);
        var verdict = Open().Verify();
        Assert.Null(verdict.Break);
        Assert.Equal((2 * each, 2 * each), (verdict.Entries, verdict.LastSequence));
        Assert.Equal(each, Open().Read().Records.Count(r => r.Entry.Detail == "1"));
    }

    [Fact]
    public void LockHeldByAnother_WritersWaitTwoSecondsAndReadersReadAnyway()
    {
        Assert.True(Open().TryAppend(AuditBed.Entry()));
        using var held = new LinuxDirectory(Audit).TryLock(AuditLog.LockName);
        var watch = Stopwatch.StartNew();
        Assert.False(Open().TryAppend(AuditBed.Entry()));
        Assert.InRange(watch.Elapsed.TotalSeconds, 1.9, 60);
        Assert.Equal(1, Open().Verify().Entries);
    }

    private AuditLog Open() => AuditLog.Open(_state, TimeProvider.System);
}
