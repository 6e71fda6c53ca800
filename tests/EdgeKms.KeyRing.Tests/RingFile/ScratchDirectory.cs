using System.Diagnostics;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Testing;

/// <summary>A private directory, which can become a small file system in memory.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    private bool _isMounted;

    public string Path { get; } = Directory.CreateTempSubdirectory("edgekms-test-").FullName;

    /// <summary>Mounts 64 KiB of memory on it; skips the test where that is not allowed.</summary>
    public void MountMemory()
    {
        SkipUnlessRoot();
        _isMounted = Run("mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", Path) == 0;
        Assert.SkipUnless(_isMounted, "mounting a tmpfs is not allowed here");
    }

    public void RemountReadOnly() => Assert.Equal(0, Run("mount", "-o", "remount,ro", Path));

    public static void SkipUnlessRoot() =>
        Assert.SkipUnless(FileStatus.OwnUser == 0, "needs root, to mount a file system or to give a file away");

    public static int Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (_isMounted)
            Run("umount", Path);
        Directory.Delete(Path, recursive: true);
    }
}
