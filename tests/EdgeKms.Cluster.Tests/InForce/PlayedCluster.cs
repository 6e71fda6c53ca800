using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.InForce;
using EdgeKms.Cluster.Tests.ApiServer;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace EdgeKms.Cluster.Tests.InForce;

/// <summary>
/// A <see cref="StandIn"/> behind HTTP that plays a script: what happens at which second. A wait of whoever asks takes no
/// time; its clock moves on by it.
/// </summary>
internal sealed class PlayedCluster : IAsyncDisposable
{
    private readonly FakeApiServer _server;
    private readonly Clock _clock;

    private PlayedCluster(FakeApiServer server, Clock clock)
    {
        (_server, _clock) = (server, clock);
        Api = Client(server, _clock);
    }

    internal static ApiClient Client(FakeApiServer server, TimeProvider time)
    {
        var config = $$"""
            current-context: c
            contexts: [{ name: c, context: { cluster: c, user: c } }]
            clusters: [{ name: c, cluster: { server: "{{server.Url}}" } }]
            users: [{ name: c, user: {} }]
            """;
        return new ApiClient(KubeConfig.Parse(Encoding.UTF8.GetBytes(config), "/dir/config"), time);
    }

    internal ApiClient Api { get; }

    internal TimeProvider Time => _clock;

    /// <summary>Seconds that have passed.</summary>
    internal double Passed => (_clock.GetUtcNow() - StandIn.Clock(0)).TotalSeconds;

    /// <param name="standIn">The API server.</param>
    /// <param name="status">What <c>/metrics</c> answers at a second; 200 gives them, null breaks the connection.</param>
    /// <param name="script">What it does, in order.</param>
    internal static async Task<PlayedCluster> Start(
        StandIn standIn,
        Func<double, int?> status,
        params (double Second, Action<StandIn> Does)[] script
    )
    {
        var clock = new Clock();
        var left = new Queue<(double Second, Action<StandIn> Does)>(script);
        var server = await FakeApiServer.Start(async context =>
        {
            var second = (clock.GetUtcNow() - StandIn.Clock(0)).TotalSeconds;
            while (left.TryPeek(out var next) && next.Second <= second)
                left.Dequeue().Does(standIn);
            if (status(second) is not { } code)
            {
                context.Abort();
                return;
            }
            var (ready, page) = standIn.Readyz();
            var isMetrics = context.Request.Path == "/metrics";
            context.Response.StatusCode = isMetrics ? code : (int)ready;
            await context.Response.WriteAsync(isMetrics ? standIn.Metrics() : page, context.RequestAborted);
        });
        return new PlayedCluster(server, clock);
    }

    internal Task<Taking> Wait(
        ConfigurationPut put,
        Func<double, bool?>? probe = null,
        double limit = 300,
        CancellationToken cancellation = default
    ) =>
        new InForceWait(Api, Time).WaitAsync(
            put,
            probe is null ? null : _ => Task.FromResult(probe(Passed)),
            TimeSpan.FromSeconds(limit),
            cancellation
        );

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _server.DisposeAsync();
    }

    /// <summary>Each timer moves the clock on to its end and is over.</summary>
    private sealed class Clock() : TimeProvider
    {
        private readonly FakeTimeProvider _inner = new(StandIn.Clock(0));

        public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

        public override long GetTimestamp() => _inner.GetTimestamp();

        public override long TimestampFrequency => _inner.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _inner.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero)
                _inner.Advance(dueTime);
            return timer;
        }
    }
}
