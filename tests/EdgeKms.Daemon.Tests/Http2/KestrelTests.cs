using EdgeKms.Daemon.Http2;
using EdgeKms.Daemon.Tests.Http2.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeKms.Daemon.Tests.Http2;

/// <summary>With Kestrel behind it, on a Unix socket: what the application gets is what it gets with <c>localhost</c>.</summary>
public sealed class KestrelTests : IAsyncLifetime
{
    private readonly EchoServer _plain = new(null);
    private readonly EchoServer _filtered = new(new AnyAuthority(NullLogger.Instance));

    public async ValueTask InitializeAsync()
    {
        await _plain.Start();
        await _filtered.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _filtered.DisposeAsync();
    }

    [Theory]
    [InlineData("%2Frun%2Fedgekms%2Fkms.sock")]
    [InlineData("@edgekms")]
    [InlineData("/run/edgekms/kms.sock")]
    [InlineData("[::1")]
    [InlineData(":80")]
    [InlineData("a:b")]
    public async Task Request_WithAnAuthorityThatKestrelResets_IsServed(string authority)
    {
        Assert.Equal("reset", (await Call(_plain, 1, authority))[0]);
        Assert.Contains($"Host: {FilterModel.Accepted(authority)}\n", (await Call(_filtered, 1, authority))[0]);
    }

    [Fact]
    public async Task Request_WithEachByteInItsAuthority_IsServed()
    {
        for (var c = 1; c < 256; c++)
            Assert.Contains(
                "Host: a-z\n",
                (await Call(_filtered, c, $"a{(char)c}z"))[0].Replace($"a{(char)c}z\n", "a-z\n")
            );
    }

    [Fact]
    public async Task Requests_WithoutAnAuthority_AreServed()
    {
        var answers = await Call(_filtered, 5, null, 20);
        Assert.Equal(await Call(_plain, 5, null, 20), answers);
        Assert.DoesNotContain("reset", answers);
    }

    [Fact]
    public async Task Requests_Random_AreWhatTheyAreWithLocalhost()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var authority = RandomTraffic.Authorities[seed % 5];
            var expected = await Call(_plain, seed, "localhost", 40);
            var answers = await Call(_filtered, seed, authority, 40);
            var host = $"Host: {FilterModel.Accepted(authority)}\n";
            Assert.All(answers, a => Assert.Contains(host, a));
            Assert.Equal(expected, answers.Select(a => a.Replace(host, "Host: localhost\n")));
            Assert.Equal(expected, await Call(_filtered, seed, "localhost", 40));
        }
    }

    [Fact]
    public async Task Requests_ThousandsWithDifferentTimeouts_AreServedOverEvictions()
    {
        const int calls = 6_000;
        var answers = await Call(_filtered, 11, "%2Frun%2Fkms.sock", calls);

        Assert.Equal(calls, answers.Count);
        Assert.All(answers, a => Assert.Contains("Host: -2Frun-2Fkms.sock\n", a));
        Assert.True(
            answers
                .Select(a =>
                    a.Split('\n').Single(l => l.StartsWith("grpc-timeout", StringComparison.OrdinalIgnoreCase))
                )
                .Distinct()
                .Count() > 5_000
        );
    }

    [Fact]
    public async Task Peer_ThatBreaksTheProtocol_LosesItsConnectionAndNothingElse()
    {
        await using var other = await _filtered.Connect(3);
        Assert.DoesNotContain("reset", await other.Call("@kms", 3));
        await using var breaker = await _filtered.Connect(4);
        Assert.DoesNotContain("reset", await breaker.Call("@kms", 3));

        await breaker.Send(new ClientFrames().Block(99, [0x80]).Take());

        Assert.NotEqual(0u, await breaker.GoAway());
        Assert.DoesNotContain("reset", await other.Call("@kms", 3));
    }

    private static async Task<IReadOnlyList<string>> Call(EchoServer server, int seed, string? authority, int calls = 1)
    {
        await using var client = await server.Connect(seed);
        return await client.Call(authority, calls);
    }
}
