using System.Net.Http.Json;
using EdgeKms.Cluster;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Monitoring;

/// <summary>
/// A provider that has been rotated, backed up and called, with <c>edgekms metrics --listen</c> and a Prometheus that scrapes it.
/// </summary>
public sealed class MonitoredProvider : IAsyncLifetime
{
    private RunningProcess? _exporter;
    private ProviderHome? _home;
    private PrometheusServer? _prometheus;

    /// <summary>Skips the test where there is no Prometheus: a fixture's own skip would fail each of its tests.</summary>
    internal ProviderHome Home
    {
        get
        {
            PrometheusServer.Require();
            return _home!;
        }
    }

    internal PrometheusServer Prometheus
    {
        get
        {
            PrometheusServer.Require();
            return _prometheus!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (!PrometheusServer.IsInstalled)
            return; // each test says so
        _home = await ProviderHome.Serving("--self-test-interval", "1s");
        await Home.Rotate();
        var backup = await Home.Run(["backup", Home.At("edgekms.backup")]);
        Assert.True(backup.Exit == 0, backup.ToString());
        var address = $"127.0.0.1:{FreePort.Take()}";
        _exporter = RunningProcess.Start(CommandProgram.Path, ["metrics", "--listen", address, .. Home.Settings]);
        _prometheus = await PrometheusServer.Start(address);
        await Tell();
        await Call();
    }

    /// <summary>What <c>edgekms scan</c> and <c>edgekms reencrypt --watch</c> tell; and Prometheus has seen it.</summary>
    internal async Task Tell()
    {
        var (key, now) = (await Home.ActiveKey(), DateTime.UtcNow);
        var scan = new LastScanReport(now, key, "all", true, 6, 4, 0, 0, 0, 0, 2);
        var reencryption = new ReencryptionReport(key, "done", 4, 0, now, null);
        using var admin = new HttpClient(UnixConnection.Handler(Home.AdminSocket));
        using var first = await admin.PutAsJsonAsync(
            new Uri("http://localhost/v1/scan"),
            scan,
            AdminJson.Default.LastScanReport
        );
        using var second = await admin.PutAsJsonAsync(
            new Uri("http://localhost/v1/reencryption"),
            reencryption,
            AdminJson.Default.ReencryptionReport
        );
        first.EnsureSuccessStatusCode();
        second.EnsureSuccessStatusCode();
        await Eventually.Holds(
            "Prometheus sees the re-encryption",
            async () =>
                (
                    await Prometheus.Query("edgekms_reencryption_state{state='done'} == 1 and on () edgekms_up == 1")
                ).Count > 0
        );
    }

    /// <summary>Calls of each method, until Prometheus has a rate of each.</summary>
    internal async Task Call()
    {
        using var kms = Home.Kms();
        await Eventually.Holds(
            "Prometheus has a rate of each method",
            async () =>
            {
                await kms.Status();
                var wrapped = await kms.Encrypt(new byte[32]);
                await kms.Decrypt(wrapped);
                await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => kms.Decrypt(wrapped.KeyId, [1, 2, 3]));
                var rates = await Prometheus.Query("sum by (method) (rate(edgekms_kms_requests_total[1m])) > 0");
                return rates.Count == 3;
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_prometheus is not null)
            await _prometheus.DisposeAsync();
        if (_exporter is not null)
            await _exporter.DisposeAsync();
        if (_home is not null)
            await _home.DisposeAsync();
    }
}
