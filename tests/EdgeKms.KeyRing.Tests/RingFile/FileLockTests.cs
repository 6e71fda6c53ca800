using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.Testing;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>The lock of those who only keep others out, as the serving daemon: it needs nothing written.</summary>
public sealed class FileLockTests : IDisposable
{
    private readonly ScratchDirectory _home = new();
    private readonly LinuxDirectory _directory;

    public FileLockTests() => _directory = new LinuxDirectory(_home.Path);

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryLockUnwritten_OnAReadOnlyFileSystem_ExcludesASecondAndAnother(bool hasFile)
    {
        _home.MountMemory();
        if (hasFile)
            _directory.TryLock("lock")!.Dispose();
        _home.RemountReadOnly();

        using (var held = _directory.TryLockUnwritten("lock"))
        {
            Assert.NotNull(held);
            Assert.Null(_directory.TryLockUnwritten("lock"));
            Assert.Equal(9, Flock(hasFile ? Path.Combine(_home.Path, "lock") : _home.Path));
        }
        using var again = _directory.TryLockUnwritten("lock");
        Assert.NotNull(again);
        Given.Fails(ErrorCode.StorageReadOnly, () => _directory.TryLock("lock")); // a writer hears the cause
    }

    [Fact]
    public void TryLockUnwritten_HeldSinceBeforeARemount_ExcludesWhoMakesTheFileAfterIt()
    {
        _home.MountMemory();
        _home.RemountReadOnly();
        using var held = _directory.TryLockUnwritten("lock");
        Assert.NotNull(held);
        Assert.Equal(0, ScratchDirectory.Run("mount", "-o", "remount,rw", _home.Path));

        Assert.Null(_directory.TryLockUnwritten("lock"));
    }

    [Fact]
    public void TryLockUnwritten_WhereTheFileIsHeldAlone_IsRefusedAndLeavesNoLockBehind()
    {
        using (var alone = _directory.TryLock("lock"))
        {
            Assert.NotNull(alone);
            Assert.Null(_directory.TryLockUnwritten("lock"));
            Assert.Equal(0, Flock(_home.Path)); // the directory was let go
        }
        using var held = _directory.TryLockUnwritten("lock");
        Assert.NotNull(held);
        Assert.Equal((9, 9), (Flock(_home.Path), Flock(Path.Combine(_home.Path, "lock"))));
    }

    [Fact]
    public void TryLockUnwritten_OfALink_IsRefused()
    {
        _home.MountMemory();
        File.WriteAllText(Path.Combine(_home.Path, "target"), "");
        File.CreateSymbolicLink(Path.Combine(_home.Path, "lock"), "target");
        Given.Fails(ErrorCode.NotPrivate, () => _directory.TryLockUnwritten("lock"));
        _home.RemountReadOnly();
        Given.Fails(ErrorCode.NotPrivate, () => _directory.TryLockUnwritten("lock"));
        Assert.Equal(0, Flock(_home.Path));
    }

    private static int Flock(string path) => ScratchDirectory.Run("flock", "-n", "-E", "9", path, "true");
}
