using System.Collections.Concurrent;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Etcd;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Sockets;

/// <summary>
/// An upgrade of the package, again and again: the daemon is stopped and started while an API server writes, and the socket is kept by
/// a parent that hands it on as systemd does.
/// </summary>
public sealed class RestartUnderLoadTests
{
    private const int Restarts = 50;

    [Fact]
    public async Task Daemon_RestartedFiftyTimesUnderLoad_LosesNoCall()
    {
        Testbed.Require();
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
        Task[] load =
        [
            .. Enumerable.Range(0, 3).Select(worker => Write(api, worker, written, failures, stop.Token)),
            .. Enumerable.Range(0, 4).Select(_ => Call(home, failures, stop.Token)),
        ];
        var before = written.Count;
        for (var restart = 0; restart < Restarts && failures.IsEmpty; restart++)
        {
            Assert.Equal(0, await home.Stop());
            await manager.Serve(home);
        }
        await stop.CancelAsync();
        await Task.WhenAll(load);

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

    /// <summary>Every call must end well: one that fell between two daemons would fail here.</summary>
    private static async Task Call(ProviderHome home, ConcurrentQueue<string> failures, CancellationToken stop)
    {
        using var kms = home.Kms();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var seed = Canary.Bytes(32);
                var wrapped = await Untaken(() => kms.Encrypt(seed));
                Assert.Equal(seed, await Untaken(() => kms.Decrypt(wrapped)));
                await Task.Delay(1, CancellationToken.None); // each call is a line in the log
            }
            catch (Exception e)
            {
                failures.Enqueue(e.ToString());
                return;
            }
        }
    }

    /// <summary>Sends a call again that the daemon did not take, as grpc-go does.</summary>
    private static async Task<T> Untaken<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (RpcException e) when (KmsClient.WasNotTaken(e.Status.DebugException))
            {
                // Once more, on a new connection.
            }
        }
    }
}
