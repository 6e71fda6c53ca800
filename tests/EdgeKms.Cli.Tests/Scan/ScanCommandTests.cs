using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Tests.Datastore;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeKms.Cli.Tests.Scan;

/// <summary>The command with a file of kine and a stand-in for the daemon.</summary>
public sealed class ScanCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly KineFile _kine;
    private LastScanReport? _told;

    public ScanCommandTests() => _kine = new KineFile(_directory["state.db"]);

    public void Dispose()
    {
        _kine.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Scan_OfObjectsUnderAKeyThatTheRingLacks_NamesItAndTheWayBack()
    {
        Put("a", "k1.a");
        Put("b", "k2.b");
        Put("c", "k9.z");
        await using var daemon = await ServeAsync(Ring("k2.b", "k1.a"));

        var run = await ScanAsync();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("  secrets   k8s:enc:kms:v2:edgekms:  k9.z    1        unreadable\n", run.Output);
        Assert.Contains("  secrets   k8s:enc:kms:v2:edgekms:  k1.a    1        stale\n", run.Output);
        Assert.Contains("\nunder a key that this key ring doesn't have (k9.z): ", run.Output);
        Assert.EndsWith(
            "of 3 objects: 1 under a key that this key ring doesn't have: unreadable, 1 under an older key\n"
                + "next: edgekms restore --verify FILE\n",
            run.Output
        );
        Assert.Equal(3, _told!.Keys!.Sum(k => k.Objects));
        Assert.Equal("q2n5o0kXG1mUo7yYw3c9Vg", _told.RingId);
    }

    [Fact]
    public async Task Scan_Json_CountsThemApart()
    {
        Put("c", "k9.z");
        await using var daemon = await ServeAsync(Ring("k2.b"));

        var report = JsonSerializer.Deserialize((await ScanAsync("-o", "json")).Output, ScanJson.Default.ScanReport)!;

        Assert.Equal((1L, 0L, 2), (report.Unreadable, report.Stale, report.ExitCode));
        Assert.Equal("unreadable", Assert.Single(report.Counts).State);
    }

    [Fact]
    public async Task Scan_OfADestroyedKey_IsUnreadable()
    {
        Put("a", "k1.a");
        await using var daemon = await ServeAsync(
            Ring("k2.b", "k1.a") is var status
                ? status with
                {
                    Ring = status.Ring! with
                    {
                        Keys = [status.Ring.Keys[0] with { State = "destroyed" }, status.Ring.Keys[1]],
                    },
                }
                : status
        );

        Assert.Contains("k1.a    1        unreadable\n", (await ScanAsync()).Output);
    }

    /// <summary>A header that nobody has authenticated proves no key's absence.</summary>
    [Fact]
    public async Task Scan_WhereTheRingIsSealed_CallsNothingUnreadable()
    {
        Put("a", "k9.z");
        var status = Ring("k2.b");
        await using var daemon = await ServeAsync(status with { Ring = status.Ring! with { Authenticated = false } });

        var run = await ScanAsync();

        Assert.Contains("k9.z    1        stale\n", run.Output);
        Assert.DoesNotContain("unreadable", run.Output);
    }

    [Fact]
    public async Task Scan_AmidARotation_DoesNotCallTheNewKeyUnreadable()
    {
        Put("a", "k3.c");
        await using var daemon = await ServeAsync(Ring("k2.b"), Ring("k3.c", "k2.b"));

        var run = await ScanAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("all 1 objects are under the active key\n", run.Output);
        Assert.Equal("k3.c", _told!.KeyId);
    }

    private Task<Run> ScanAsync(params string[] more) =>
        Run.OfAsync(["scan", "--sqlite", _kine.Path, "--all", "--admin-socket", _directory["a.sock"], .. more]);

    private void Put(string name, string key) =>
        _kine.Put($"/registry/secrets/n/{name}", [.. "k8s:enc:kms:v2:edgekms:"u8, .. Message(key)]);

    /// <summary>An EncryptedObject of kube-apiserver (KMS v2): encrypted data, key id, encrypted DEK, annotations, its source.</summary>
    private static byte[] Message(string key) =>
        [
            10,
            10,
            .. new byte[10],
            18,
            (byte)key.Length,
            .. Encoding.ASCII.GetBytes(key),
            26,
            60,
            .. new byte[60],
            40,
            1,
        ];

    private static StatusReport Ring(string active, params string[] older)
    {
        var at = new DateTime(2026, 11, 24, 8, 0, 0, DateTimeKind.Utc);
        KeyReport Key(string id, string state) => new(id, "sha256:" + id, state, at, at, null, 0);
        var keys = older.Select(k => Key(k, "retired")).Append(Key(active, "active"));
        return new StatusReport(
            "0.1.0",
            "unsealed",
            0,
            null,
            new DaemonReport(1, at),
            new RingReport("q2n5o0kXG1mUo7yYw3c9Vg", 2, "00", at, true, [.. keys], [], at.AddDays(30), false),
            [],
            null
        );
    }

    /// <summary>Answers with these reports in turn, and with the last one from then on.</summary>
    private async Task<WebApplication> ServeAsync(params StatusReport[] reports)
    {
        var turn = 0;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(o => o.ListenUnixSocket(_directory["a.sock"], l => l.Protocols = HttpProtocols.Http1));
        var server = builder.Build();
        server.Run(async context =>
        {
            if (context.Request.Method == "PUT")
            {
                _told = await JsonSerializer.DeserializeAsync(context.Request.Body, AdminJson.Default.LastScanReport);
                context.Response.StatusCode = 204;
                return;
            }
            var report = reports[Math.Min(turn++, reports.Length - 1)];
            await context.Response.Body.WriteAsync(
                JsonSerializer.SerializeToUtf8Bytes(report, AdminJson.Default.StatusReport)
            );
        });
        await server.StartAsync();
        return server;
    }
}
