using System.Diagnostics;
using EdgeKms.Cluster.Conformance;

namespace EdgeKms.Conformance.Tests.Plugin;

/// <summary>The test bed's kmsv2-testplugin (grpc-go, k8s.io/kms) as a process of its own.</summary>
internal sealed class GoPlugin : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("edgekms-goplugin-");

    public GoPlugin(string binary)
    {
        Write("keyid", "key-0\n");
        Write(
            "stop.sh",
            """
            cd "$(dirname "$0")" || exit 1
            [ -f pid ] || exit 0
            kill -"$1" "$(cat pid)" 2>/dev/null
            while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.02; done

            """
        );
        Write(
            "restart.sh",
            $"""
            cd "$(dirname "$0")" || exit 1
            sh ./stop.sh TERM
            '{binary}' -socket "$PWD/kms.sock" -keyid-file "$PWD/keyid" >>log 2>&1 &
            echo $! >pid

            """
        );
        Write(
            "rotate.sh",
            """
            cd "$(dirname "$0")" || exit 1
            n=$(cut -d- -f2 keyid)
            echo "key-$((n + 1))" >keyid.new && mv keyid.new keyid

            """
        );
    }

    public string Socket => Path.Combine(folder.FullName, "kms.sock");

    public ShellCommand Rotate => Command("rotate.sh");

    public ShellCommand Restart => Command("restart.sh");

    public ShellCommand Kill => Command("stop.sh KILL");

    /// <summary>Path of the binary, or nothing where the test bed is not there.</summary>
    public static string? Find()
    {
        var bin =
            Environment.GetEnvironmentVariable("EDGEKMS_K8S_BIN")
            ?? Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                ".cache/edgekms/testbed/bin"
            );
        var binary = Path.Combine(bin, "kmsv2-testplugin");
        return File.Exists(binary) ? binary : null;
    }

    /// <summary>Starts the plugin and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        await Restart.RunAsync(CancellationToken.None);
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var socket = await TestRun.Address(Socket).ConnectAsync(CancellationToken.None);
                return;
            }
            catch (System.Net.Sockets.SocketException) when (waited.Elapsed < TimeSpan.FromMinutes(2))
            {
                await Task.Delay(20);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill.RunAsync(CancellationToken.None);
        folder.Delete(recursive: true);
    }

    private ShellCommand Command(string script) =>
        new($"sh {folder.FullName}/{script}", TimeSpan.FromMinutes(5), TimeProvider.System);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);
}
