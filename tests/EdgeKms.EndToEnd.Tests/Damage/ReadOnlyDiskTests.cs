using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary>A daemon that starts while its state is on a file system that nobody can write to.</summary>
public sealed class ReadOnlyDiskTests
{
    [Theory]
    [InlineData(false)] // never served before: there is no lock file, and none can be made
    [InlineData(true)]
    public async Task Daemon_StartedOnAReadOnlyFileSystem_ServesWarnsOnceAndGoesOnOnceItIsWritable(bool servedBefore)
    {
        await using var disk = await SmallDisk.Mount();
        var home = disk.Home;
        if (servedBefore)
        {
            await home.Serve();
            await home.Stop();
        }
        await disk.RemountReadOnly();

        await home.ServeAt(40); // its rotation is overdue
        using var kms = home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz);
        var wrapped = await kms.Encrypt(new byte[32]);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        var status = await home.Status();
        Assert.Equal(("unsealed", "storage-read-only", 8), (status.State, status.Problem?.Code, status.ExitCode));
        var second = await RunningProcess.Run(DaemonProgram.Path, ["serve", .. home.Settings]);
        Assert.True(second.Exit == 10, second.ToString()); // the lock holds without a write, too

        var rotate = await home.Run(["rotate"]);
        Assert.True(rotate.Exit == 8, rotate.ToString());
        Assert.Contains("edgekms: hint: remount it for writing", rotate.Error, StringComparison.Ordinal);

        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken); // past the schedule's first look
        var complaints = home.Daemon!.Error.Split('\n')
            .Where(l =>
                l.Contains("warn:", StringComparison.Ordinal)
                || l.Contains("fail:", StringComparison.Ordinal)
                || l.Contains("crit:", StringComparison.Ordinal)
            );
        Assert.Contains("is mounted read-only", Assert.Single(complaints), StringComparison.Ordinal);

        await disk.RemountWritable();
        Assert.Equal(2, (await home.Rotate()).Generation);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.Equal(0, (await home.Status()).ExitCode);
    }

    [Fact]
    public async Task StateDirectory_ThatIsALink_IsServedAndFoundAgainAfterItsDiskWasAway()
    {
        await using var home = new ProviderHome();
        var data = home.At("data");
        Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(home.State, data);
        var made = await home.Init();
        Assert.True(made.Exit == 0, made.ToString());
        await home.Serve();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Rotate();
        await home.Stop();

        Directory.Move(data, home.At("unmounted"));
        await home.Serve();
        var away = await home.Status();
        Assert.Equal("storage-absent", away.Problem?.Code);
        Assert.Contains("mount -a", away.Problem!.Hint, StringComparison.Ordinal);
        var init = await home.Init("--recovery-code-file", home.At("second-code"));
        Assert.True(init.Exit == 8, init.ToString());
        Assert.Contains($"points to {data}, which is not there: mount it", init.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(home.At("second-code")));
        Directory.Move(home.At("unmounted"), data);

        await Eventually.Holds("the daemon finds the ring", async () => (await home.Status()).State == "unsealed");
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        var doctor = await home.Run(["doctor"]);
        Assert.Contains("pass  EK-FILE-001", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(new FileInfo(home.State).LinkTarget, data); // still the link
    }
}
