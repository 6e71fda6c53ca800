using System.Collections.Concurrent;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.OldClients;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Sockets;

/// <summary>
/// An upgrade of the package, again and again: the daemon is stopped and started while an API server writes, and the socket is kept by
/// a parent that hands it on as systemd does. grpc-go, kube-apiserver's client, calls on a connection of its own: it waits for the
/// server's SETTINGS before its first call, and sends again what the daemon did not take (RFC 9113, 6.8). A call that fell between
/// two daemons would fail all the same.
/// </summary>
public sealed class RestartUnderLoadTests
{
    private const int Restarts = 50;
    private const string Client = "kms-client";
    private const string Endless = "2147483647"; // rounds

    [Fact]
    public async Task Daemon_RestartedFiftyTimesUnderLoad_LosesNoCall()
    {
        Testbed.Require(Client);
        using var directory = new PrivateDirectory();
        await using var home = await ProviderHome.Create();
        using var manager = new Descriptors(home);
        await manager.Serve(home);
        await using var etcd = await EtcdServer.Start(directory.At("etcd"));
        var encryption = directory.At("encryption.yaml");
        // No cache: the API server asks for each seed's plaintext when it reads what it has not written itself.
        await File.WriteAllTextAsync(encryption, ClusterFixture.Configuration(home.KmsSocket));
        await using var api = new ApiServer(directory.Path, etcd.Url, encryption);
        api.Start();
        await api.Ready();

        var written = new ConcurrentDictionary<string, string>();
        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var writers = Task.WhenAll(
            Enumerable.Range(0, 3).Select(worker => Write(api, worker, written, failures, stop.Token))
        );
        // The pause keeps the log short, which has a line for each call.
        await using var client = RunningProcess.Start(
            Testbed.Program(Client),
            ["-socket", home.KmsSocket, "-calls", Endless, "-parallel", "4", "-pause", "2ms", "-timeout", "5m"]
        );
        var before = written.Count;
        for (var restart = 0; restart < Restarts && failures.IsEmpty && !client.HasEnded; restart++)
        {
            Assert.Equal(0, await home.Stop());
            await manager.Serve(home);
        }
        await stop.CancelAsync();
        await writers;
        client.Send(Signal.Terminate);
        Assert.True(await client.Ended() == 0, client.Output + client.Error);
        var calls = GoClientResult.Parse(client.Output);
        Assert.Equal(0, calls.Failures);
        Assert.True(calls.Connections > Restarts / 5, calls.Text);

        Assert.True(failures.IsEmpty, string.Join('\n', failures));
        Assert.True(written.Count > before);
        // Rotated meanwhile it would have stopped at the first write; now everything is read from the disk through a new start.
        await api.Restart();
        foreach (var (name, value) in written)
            Assert.Equal(value, await api.Read(name));
    }

    private static async Task Write(
        ApiServer api,
        int worker,
        ConcurrentDictionary<string, string> written,
        ConcurrentQueue<string> failures,
        CancellationToken stop
    )
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var (name, value) = ($"restart-{worker}-{i}", $"value {i}");
            try
            {
                await api.Create(name, value);
                written[name] = value;
            }
            catch (Exception e)
            {
                failures.Enqueue($"{name}: {e.Message}");
                return;
            }
        }
    }
}
