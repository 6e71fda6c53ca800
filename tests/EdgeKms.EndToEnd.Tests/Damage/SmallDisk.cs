using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary>A home whose state lies on a file system of 64 KiB, which a file can fill.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Size = 64 * 1024;
    private const int Page = 4096;

    private SmallDisk(ProviderHome home) => Home = home;

    internal ProviderHome Home { get; }

    private string Filler => Path.Combine(Home.State, "filler");

    /// <summary>Skips the test where nothing can be mounted.</summary>
    internal static async Task<SmallDisk> Mount(bool withRing = true)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to mount a small file system");
        var home = new ProviderHome();
        Directory.CreateDirectory(home.State);
        string[] arguments = ["-t", "tmpfs", "-o", $"size={Size},mode=0700", "edgekms-e2e", home.State];
        var mounted = await RunningProcess.Run("/bin/mount", arguments);
        Assert.SkipUnless(mounted.Exit == 0, "needs the right to mount a small file system: " + mounted.Error.Trim());
        if (withRing)
        {
            var result = await home.Init();
            Assert.True(result.Exit == 0, result.ToString());
        }
        return new SmallDisk(home);
    }

    /// <summary>Fills the file system until <paramref name="leave"/> bytes are free.</summary>
    internal void Fill(int leave)
    {
        var page = new byte[Page];
        using (var stream = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            try
            {
                while (true)
                    stream.Write(page);
            }
            catch (IOException)
            {
                stream.SetLength(stream.Length / Page * Page - leave);
            }
        }
        File.SetUnixFileMode(Filler, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    internal void Free() => File.Delete(Filler);

    /// <summary>As the kernel does after disk errors.</summary>
    internal Task RemountReadOnly() => Remount("remount,ro");

    internal Task RemountWritable() => Remount("remount,rw");

    private async Task Remount(string how)
    {
        var result = await RunningProcess.Run("/bin/mount", ["-o", how, Home.State]);
        Assert.True(result.Exit == 0, result.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (Home.Daemon is { HasEnded: false })
            await Home.Kill();
        var result = await RunningProcess.Run("/bin/umount", [Home.State]);
        Assert.True(result.Exit == 0, result.ToString());
        await Home.DisposeAsync();
    }
}
