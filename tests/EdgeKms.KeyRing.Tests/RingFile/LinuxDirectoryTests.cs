using System.Diagnostics;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Tests.RingFile;

/// <summary>The real directory, on a real file system.</summary>
public sealed class LinuxDirectoryTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _path = Directory.CreateTempSubdirectory("edgekms-test-").FullName;
    private readonly LinuxDirectory _directory;
    private bool _isMounted;

    public LinuxDirectoryTests() => _directory = new LinuxDirectory(_path);

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", _path);
        Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public void Write_OfAFile_IsPrivateWhateverTheUmask()
    {
        Write("file", [1, 2, 3]);
        Assert.Equal([1, 2, 3], _directory.Read("file", 3)!);
        Assert.Equal(Private, File.GetUnixFileMode(At("file")));
        Assert.Equal(["file"], _directory.List());
    }

    [Fact]
    public void Make_OfADirectory_GivesMode0700AndTakesRelativeAndSlashedPaths()
    {
        LinuxDirectory.Make(At("one"));
        LinuxDirectory.Make(At("two") + "/");
        foreach (var name in (string[])["one", "two"])
            Assert.Equal(Private | UnixFileMode.UserExecute, File.GetUnixFileMode(At(name)));
        var bare = Path.GetFileName(_path); // in the working directory: there is no parent in the path
        LinuxDirectory.Make(bare);
        Directory.Delete(bare);
        LinuxDirectory.Make(At("one")); // again: nothing happens
    }

    [Theory]
    [InlineData("0644")]
    [InlineData("0640")]
    [InlineData("0660")]
    [InlineData("0601")]
    public void Read_OfAFileThatOthersReach_NamesPathAndMode(string mode)
    {
        Write("file", [1]);
        File.SetUnixFileMode(At("file"), Mode(mode));
        var detail = Given.Fails(ErrorCode.NotPrivate, () => _directory.Read("file", 10)).Detail;
        Assert.Contains(At("file"), detail);
        Assert.Contains(mode, detail);
    }

    [Theory]
    [InlineData("0755")]
    [InlineData("0710")]
    [InlineData("0701")]
    public void Read_InADirectoryThatOthersReach_NamesPathAndMode(string mode)
    {
        Write("file", [1]);
        File.SetUnixFileMode(_path, Mode(mode));
        Action[] calls =
        [
            () => _directory.Read("file", 10),
            () => _directory.List(),
            () => _directory.Create("other"),
            () => _directory.TryLock("lock"),
        ];
        foreach (var call in calls)
        {
            var detail = Given.Fails(ErrorCode.NotPrivate, call).Detail;
            Assert.Contains(_path, detail);
            Assert.Contains(mode, detail);
        }
    }

    [Fact]
    public void Read_OfAFileOfAnotherOwner_NamesBoth()
    {
        SkipUnlessRoot();
        Write("file", [1]);
        Run("chown", "65534", At("file"));
        var detail = Given.Fails(ErrorCode.NotPrivate, () => _directory.Read("file", 10)).Detail;
        Assert.Contains("65534", detail);
        Assert.Contains("user 0", detail);
    }

    [Fact]
    public void Write_ByRootInAnotherUsersDirectory_BelongsToThatUser()
    {
        SkipUnlessRoot();
        Run("chown", "65534", _path);
        Write("file", [1]);
        using (var held = _directory.TryLock("lock"))
            Assert.NotNull(held);
        Assert.Equal(65534u, FileStatus.Of(At("file"))!.Value.User);
        Assert.Equal(65534u, FileStatus.Of(At("lock"))!.Value.User);
        Assert.Equal([1], _directory.Read("file", 10)!);
    }

    [Fact]
    public void Lock_OnAFileThatRootDidNotMake_KeepsItsOwner()
    {
        SkipUnlessRoot();
        // The directory's owner may link a file of root's there: locking must not give it away.
        File.WriteAllText(At("of root"), "");
        Run("ln", At("of root"), At("lock"));
        Run("chown", "65534", _path);
        using var held = _directory.TryLock("lock");
        Assert.Equal(0u, FileStatus.Of(At("of root"))!.Value.User);
    }

    [Fact]
    public void Links_AreNotFollowed()
    {
        Write("target", [1]);
        File.CreateSymbolicLink(At("link"), At("target"));
        Assert.Contains("symbolic link", Given.Fails(ErrorCode.NotPrivate, () => _directory.Read("link", 10)).Detail);
        Given.Fails(ErrorCode.NotPrivate, () => _directory.Append("link", [2]));
        Given.Fails(ErrorCode.NotPrivate, () => _directory.TryLock("link"));
        Given.Fails(ErrorCode.RingExists, () => _directory.Create("link"));
        Assert.Equal([1], _directory.Read("target", 10)!);
    }

    [Fact]
    public void Read_OfWhatIsNoFile_IsRefusedAndDoesNotWait()
    {
        Directory.CreateDirectory(At("directory"));
        Run("mkfifo", "-m", "0600", At("pipe"));
        Assert.Contains(
            "not a regular file",
            Given.Fails(ErrorCode.NotPrivate, () => _directory.Read("directory", 10)).Detail
        );
        Assert.Contains(
            "not a regular file",
            Given.Fails(ErrorCode.NotPrivate, () => _directory.Read("pipe", 10)).Detail
        );
        File.WriteAllText(At("file"), "x");
        Given.Fails(ErrorCode.NotPrivate, () => new LinuxDirectory(At("file")).Read("name", 10));
    }

    [Fact]
    public void Read_OfAMissingFileOrDirectory_IsNothing()
    {
        Assert.Null(_directory.Read("file", 10));
        Assert.Null(new LinuxDirectory(At("none")).Read("file", 10));
        Assert.Empty(new LinuxDirectory(At("none")).List());
        Assert.Contains(
            At("none"),
            Given.Fails(ErrorCode.StorageFailed, () => new LinuxDirectory(At("none")).Create("x")).Detail
        );
        _directory.Delete("file");
    }

    [Fact]
    public void Read_OfALargerFile_IsALimit()
    {
        Write("file", new byte[11]);
        Assert.Equal(11, _directory.Read("file", 11)!.Length);
        Given.Fails(ErrorCode.RingLimit, () => _directory.Read("file", 10));
    }

    [Fact]
    public void CreateAndRename_OverAnExistingName_AreRefused()
    {
        Write("file", [1]);
        Given.Fails(ErrorCode.RingExists, () => _directory.Create("file"));
        _directory.Create("other");
        Given.Fails(ErrorCode.RingExists, () => _directory.Rename("other", "file", replace: false));
        Assert.Equal([1], _directory.Read("file", 10)!);
        _directory.Rename("other", "file", replace: true);
        Assert.Equal([], _directory.Read("file", 10)!);
        Assert.Equal(["file"], _directory.List());
    }

    [Fact]
    public void Write_OnAFullDisk_SaysSoAndLeavesWhatWasThere()
    {
        Mount();
        Write("file", [1]);
        var detail = Given.Fails(ErrorCode.StorageFull, () => Write("file", new byte[200_000])).Detail;
        Assert.Contains(_path, detail);
        Assert.Equal([1], _directory.Read("file", 10)!);
        Assert.Equal(["file"], _directory.List());
        Write("file", [2]);
        Assert.Equal([2], _directory.Read("file", 10)!);
    }

    [Fact]
    public void Write_OnAReadOnlyFileSystem_SaysSoAndLeavesWhatWasThere()
    {
        Mount();
        Write("file", [1]);
        Assert.Equal(0, Run("mount", "-o", "remount,ro", _path));
        Given.Fails(ErrorCode.StorageReadOnly, () => Write("file", [2]));
        Given.Fails(ErrorCode.StorageReadOnly, () => _directory.TryLock("lock"));
        Assert.Equal([1], _directory.Read("file", 10)!);
    }

    [Fact]
    public void Lock_HeldHere_ExcludesAnotherProcessUntilItIsReleased()
    {
        using (var held = _directory.TryLock("lock"))
        {
            Assert.NotNull(held);
            Assert.Null(_directory.TryLock("lock"));
            Assert.Equal(9, Run("flock", "-n", "-E", "9", At("lock"), "true"));
        }
        Assert.Equal(0, Run("flock", "-n", "-E", "9", At("lock"), "true"));
        Assert.Equal(Private, File.GetUnixFileMode(At("lock")));
    }

    [Fact]
    public void Lock_HeldByAnotherProcess_IsRefusedUntilThatIsKilled()
    {
        using (_directory.TryLock("lock")) { }
        var start = new ProcessStartInfo("flock", ["-o", At("lock"), "sh", "-c", "echo held; read line"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var other = Process.Start(start)!;
        Assert.Equal("held", other.StandardOutput.ReadLine());
        Assert.Null(_directory.TryLock("lock"));
        other.Kill();
        other.WaitForExit();
        using var held = _directory.TryLock("lock");
        Assert.NotNull(held);
    }

    [Fact]
    public void Store_OnARealDirectory_RotatesAndLoads()
    {
        var state = At("state");
        var store = RingStore.Open(state, TimeProvider.System);
        store.MakeDirectories();
        var first = store.Commit(Given.FirstRing());
        var second = store.Commit(first.Ring.Rotate(Given.Monday.AddDays(30), first.Digest));
        var loaded = RingStore.Open(state, TimeProvider.System).Load();
        Assert.Equal(second.Digest, loaded.Sealed.Digest);
        Assert.True(store.Unseal(loaded, Given.Secret("ring key")).CheckpointIsWhole);
        Assert.Equal(
            ["ring-00000001", "ring-00000002"],
            new LinuxDirectory(Path.Combine(state, "ring")).List().Order()
        );
    }

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private static void SkipUnlessRoot() =>
        Assert.SkipUnless(FileStatus.OwnUser == 0, "only root can give a file to another user");

    private static int Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private void Mount()
    {
        SkipUnlessRoot();
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", _path) == 0;
        Assert.SkipUnless(_isMounted, "mounting a tmpfs is not allowed here");
    }

    private void Write(string name, byte[] bytes) =>
        AtomicWrite.Write(_directory, name, bytes, replace: true, back => back.AsSpan().SequenceEqual(bytes));

    private string At(string name) => Path.Combine(_path, name);
}
