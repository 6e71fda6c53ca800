using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.Kms.V2;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary>Real processes, killed at any moment of a rotation, while a client encrypts and decrypts.</summary>
public sealed class KillLoopTests
{
    private const int Seed = 20261124;

    [Fact]
    public async Task Rotate_KilledInALoop_LosesNoAnnouncedKeyAndNothingThatWasWrapped()
    {
        await using var home = await ProviderHome.Serving();
        using var client = new Client(home);
        var random = new Random(Seed);
        var watch = Stopwatch.StartNew();
        await home.Rotate();
        var whole = watch.ElapsedMilliseconds;
        for (var round = 0; round < 40; round++)
        {
            await using (var rotate = RunningProcess.Start(DaemonProgram.Path, ["rotate", .. home.Settings]))
            {
                // Every tenth lives, however slow the machine has become meanwhile.
                if (round % 10 != 9)
                {
                    await Task.Delay(random.Next((int)whole + 1));
                    if (!rotate.HasEnded)
                        rotate.Send(Signal.Kill);
                }
                await rotate.Ended();
            }
            if (round % 8 == 7)
            {
                await home.Kill();
                await home.Serve();
            }
        }
        await home.Rotate();
        await client.Check();
        await home.Stop();
        await home.Serve();
        Assert.InRange((await home.Status()).Ring!.Generation, 5, 43);
        await client.Check();
    }

    [Fact]
    public async Task Daemon_KilledAroundItsScheduledRotation_LosesNoAnnouncedKey()
    {
        FakeClock.Require();
        await using var home = await ProviderHome.Serving();
        using var client = new Client(home);
        var random = new Random(Seed);
        var day = 0;
        for (var round = 0; round < 10; round++)
        {
            await home.Kill();
            day += 31;
            await home.ServeAt(day);
            await Task.Delay(1_900 + random.Next(200)); // the first look is 2 s after the start
        }
        await home.Kill();
        await home.ServeAt(day);
        await client.Check();
        await Eventually.Holds("the overdue rotation", async () => (await home.Status()).Ring!.Generation >= 2);
        Assert.InRange((await home.Status()).Ring!.Generation, 2, 12);
    }

    /// <summary>Encrypts and decrypts for as long as it lives, as kube-apiserver does; a daemon that is away is no error.</summary>
    private sealed class Client : IDisposable
    {
        private readonly ProviderHome _home;
        private readonly ConcurrentDictionary<string, EncryptResponse> _wrapped = new(StringComparer.Ordinal);
        private readonly ConcurrentDictionary<string, bool> _announced = new(StringComparer.Ordinal);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _loop;

        internal Client(ProviderHome home)
        {
            _home = home;
            _loop = Task.Run(Loop);
        }

        /// <summary>Everything that was ever wrapped or announced is still there.</summary>
        internal async Task Check()
        {
            await Eventually.Holds("more than 10 values were wrapped", () => _loop.IsFaulted || _wrapped.Count > 10);
            if (_loop.IsFaulted)
                await _loop;
            using var kms = _home.Kms();
            foreach (var (seed, answer) in _wrapped)
                Assert.Equal(seed, Convert.ToHexString(await kms.Decrypt(answer)));
            var keys = (await _home.Status()).Ring!.Keys.Select(k => k.Id).ToHashSet(StringComparer.Ordinal);
            Assert.All(_announced.Keys, id => Assert.Contains(id, keys));
            // A kill between a change and its entries costs the entries (exit code 13), and never the chain.
            var audit = await _home.Run(["audit-log", "verify", "-o", "json"]);
            Assert.True(audit.Exit is 0 or 13, audit.ToString());
            Assert.Contains("\"ok\": true", audit.Output, StringComparison.Ordinal);
        }

        public void Dispose()
        {
            _stop.Cancel();
            _loop.Wait(Eventually.Guard);
            _stop.Dispose();
        }

        private async Task Loop()
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    using var kms = _home.Kms();
                    while (!_stop.IsCancellationRequested)
                    {
                        _announced[(await kms.Status()).KeyId] = true;
                        var seed = Canary.Bytes(32);
                        var answer = await kms.Encrypt(seed);
                        _wrapped[Convert.ToHexString(seed)] = answer;
                        Assert.Equal(seed, await kms.Decrypt(answer));
                        await Task.Delay(5);
                    }
                }
                catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal)
                {
                    await Task.Delay(20); // the daemon was killed
                }
            }
        }
    }
}
