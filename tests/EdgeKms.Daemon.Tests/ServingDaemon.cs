using System.Net.Sockets;
using EdgeKms.Daemon.Kms;
using EdgeKms.Daemon.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeKms.Daemon.Tests;

/// <summary>The daemon of a test machine, serving in this process.</summary>
internal sealed class ServingDaemon : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ServingDaemon(WebApplication app) => _app = app;

    public Provider Provider => _app.Services.GetRequiredService<Provider>();

    public static async Task<ServingDaemon> StartAsync(TestMachine machine)
    {
        var app = Server.Build(
            machine.Settings,
            new Provider(),
            new Dictionary<string, Socket>(),
            new ServiceNotices(_ => null, 0),
            machine.Time
        );
        await app.Services.GetRequiredService<RingKeeper>().ReloadAsync(default);
        await app.StartAsync();
        return new ServingDaemon(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
