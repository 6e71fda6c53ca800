using EdgeKms.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Lifetime;

public sealed class GracefulStopTests
{
    [Fact]
    public async Task Sigterm_WithCallsUnderWay_FinishesThemAndRemovesTheSockets()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var seed = Canary.Bytes(32);
        var wrapped = await kms.Encrypt(seed);
        using var http = new HttpMessageInvoker(UnixConnection.Handler(home.KmsSocket));
        var held = Enumerable.Range(0, 90).Select(_ => new HeldCall(http, wrapped)).ToList();
        await Task.WhenAll(held.Select(h => h.Sent));
        // A connection is read in order: when a later call was answered, the halves are in the daemon.
        using (var later = new HeldCall(http, wrapped))
            Assert.Equal(seed, await later.Finish());

        home.Daemon!.Send(Signal.Terminate);
        await Eventually.Holds(
            "the daemon is stopping",
            () => home.Daemon.Error.Contains("stopping", StringComparison.Ordinal)
        );
        await Task.Delay(300);
        var answers = await Task.WhenAll(held.Select(h => h.Finish()));

        Assert.All(answers, a => Assert.Equal(seed, a));
        Assert.Equal(0, await home.Daemon.Ended());
        Assert.False(File.Exists(home.KmsSocket));
        Assert.False(File.Exists(home.AdminSocket));
        held.ForEach(h => h.Dispose());
    }

    [Fact]
    public async Task Sigterm_UnderLoad_FailsNoCallInAnotherWayThanUnavailable()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var seed = Canary.Bytes(32);
        var wrapped = await kms.Encrypt(seed);
        var count = 0;
        var callers = Enumerable
            .Range(0, 32)
            .Select(async _ =>
            {
                while (true)
                {
                    try
                    {
                        Assert.Equal(seed, await kms.Decrypt(wrapped));
                        Interlocked.Increment(ref count);
                    }
                    catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
                    {
                        return; // nobody listens any more
                    }
                    catch (RpcException e) when (KmsClient.WasNotTaken(e.Status.DebugException))
                    {
                        // Once more, on a new connection: there is none.
                    }
                }
            });
        var load = Task.WhenAll(callers);
        await Eventually.Holds("the load runs", () => count > 2_000);

        Assert.Equal(0, await home.Stop());
        await load;
    }

    [Fact]
    public async Task Sigterm_WithACallThatNeverEnds_StopsAllTheSame()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(Canary.Bytes(32));
        using var http = new HttpMessageInvoker(UnixConnection.Handler(home.KmsSocket));
        using var held = new HeldCall(http, wrapped);
        await held.Sent;

        Assert.Equal(0, await home.Stop()); // within 10 seconds
        Assert.False(File.Exists(home.KmsSocket));
        await Assert.ThrowsAnyAsync<Exception>(held.Finish);
    }
}
