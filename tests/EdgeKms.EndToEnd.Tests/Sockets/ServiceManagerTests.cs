using System.Net.Sockets;
using System.Text;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Sockets;

/// <summary>Socket activation and sd_notify.</summary>
public sealed class ServiceManagerTests
{
    private const string Activate = "/usr/bin/systemd-socket-activate";

    [Fact]
    public async Task Listener_HeldByTheServiceManager_OutlivesARestartAndCallsWait()
    {
        await using var home = await ProviderHome.Create();
        using var manager = new Descriptors(home);
        await manager.Serve(home);
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(Canary.Bytes(32));
        Assert.Equal("unsealed", (await home.Status()).State); // the names, not the order, say which is which

        Assert.Equal(0, await home.Stop());
        Assert.True(
            File.Exists(home.KmsSocket) && File.Exists(home.AdminSocket),
            "the daemon removed a socket that isn't its own"
        );
        using var waiting = home.Kms();
        var call = waiting.Decrypt(wrapped);
        await Task.Delay(500);
        Assert.False(call.IsCompleted);
        await manager.Serve(home);

        Assert.Equal(32, (await call).Length);
        Assert.Equal(wrapped.KeyId, (await kms.Status()).KeyId);
    }

    [Fact]
    public async Task Listener_OfAKilledDaemon_GoesOnWithTheNext()
    {
        await using var home = await ProviderHome.Create();
        using var manager = new Descriptors(home);
        await manager.Serve(home);
        await home.Kill();
        using var kms = home.Kms();
        var call = kms.Status();
        await manager.Serve(home);

        Assert.Equal("ok", (await call).Healthz);
    }

    [Fact]
    public async Task Daemon_StartedBySystemdSocketActivate_ServesItsSockets()
    {
        Assert.SkipUnless(File.Exists(Activate), "needs systemd-socket-activate");
        await using var home = await ProviderHome.Create();
        Directory.CreateDirectory(
            home.At("run"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        string[] sockets = ["-l", home.KmsSocket, "-l", home.AdminSocket, "--fdname=kms:admin"];
        home.Start(Activate, [.. sockets, DaemonProgram.Path, "serve", .. home.Settings]);
        await Eventually.Holds("somebody listens on the later socket", () => Listens(home.AdminSocket));

        using var kms = home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz); // the call that starts the daemon
        Assert.Equal("unsealed", (await home.Status()).State);
        Assert.Equal(0, await home.Stop());
        Assert.True(File.Exists(home.KmsSocket));
    }

    [Fact]
    public async Task Descriptors_MeantForAnotherProcess_AreNotTaken()
    {
        await using var home = await ProviderHome.Create();
        home.Start(
            DaemonProgram.Path,
            ["serve", .. home.Settings],
            [new("LISTEN_PID", "1"), new("LISTEN_FDS", "2"), new("LISTEN_FDNAMES", "kms:admin")]
        );
        await home.Listening();
        using var kms = home.Kms();

        Assert.Equal("ok", (await kms.Status()).Healthz);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Notify_StartAndStop_SaysReadyThenStopping(bool isAbstract)
    {
        await using var home = await ProviderHome.Create();
        var path = isAbstract ? "@edgekms-" + Convert.ToHexStringLower(Canary.Bytes(8)) : home.At("notify");
        using var notices = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Eventually.Guard.TotalMilliseconds,
        };
        notices.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + path[1..] : path));

        home.Start(DaemonProgram.Path, ["serve", .. home.Settings], [new("NOTIFY_SOCKET", path)]);
        Assert.Equal("READY=1", Receive(notices));
        using var kms = home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz); // ready means ready
        home.Daemon!.Send(Signal.Terminate);
        Assert.Equal("STOPPING=1", Receive(notices));
        Assert.Equal(0, await home.Daemon.Ended());
    }

    [Fact]
    public async Task Watchdog_OfAHealthyDaemon_IsFedWithinItsTime()
    {
        await using var home = await ProviderHome.Create();
        using var notices = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Eventually.Guard.TotalMilliseconds,
        };
        notices.Bind(new UnixDomainSocketEndPoint(home.At("notify")));

        // The self-test runs once a minute by itself: the watchdog wants it more often.
        home.Start(
            DaemonProgram.Path,
            ["serve", .. home.Settings],
            [new("NOTIFY_SOCKET", home.At("notify")), new("WATCHDOG_USEC", "900000")]
        );
        var heard = new List<string>();
        while (heard.Count(h => h == "WATCHDOG=1") < 4)
            heard.Add(Receive(notices));

        Assert.Contains("READY=1", heard);
        Assert.True((await home.Status()).SelfTest!.Passed);
    }

    /// <summary>Asks the kernel, since a connection would start the daemon.</summary>
    private static bool Listens(string path) =>
        File.ReadAllLines("/proc/net/unix")
            .Any(l =>
                l.EndsWith(" " + path, StringComparison.Ordinal) && l.Contains(" 00010000 ", StringComparison.Ordinal)
            );

    private static string Receive(Socket notices)
    {
        var buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, notices.Receive(buffer));
    }
}
