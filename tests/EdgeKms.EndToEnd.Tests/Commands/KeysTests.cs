using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary><c>edgekms keys</c>, against a scan that a test writes; Scan/ has the real one.</summary>
public sealed class KeysTests
{
    [Fact]
    public async Task Destroy_OfAKeyThatNothingNeeds_IsPlanThenApply()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        await kms.Status();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Rotate();
        var evidence = await Scan(home, wrapped.KeyId, objects: 0);
        string[] destroy = ["keys", "destroy", wrapped.KeyId, "--evidence", evidence, "-o", "json"];

        var tooYoung = await home.RunAt(1, [.. destroy, "--retention-minimum-days", "90"]);
        Assert.Equal(3, tooYoung.Exit);
        Assert.Contains("retention.minimumDays is 90", tooYoung.Error, StringComparison.Ordinal);
        string[] now = [.. destroy, "--retention-minimum-days", "0"];
        var plan = await Report(home, now);
        Assert.False(plan.Applied);
        Assert.Equal(32, (await kms.Decrypt(wrapped)).Length);
        var wrong = await home.RunAt(
            1,
            [.. now, "--apply", new string('0', 64), "--passphrase-file", "-"],
            home.Passphrase
        );
        Assert.Contains("the digest is not that of the plan", wrong.Error, StringComparison.Ordinal);
        var stranger = await home.RunAt(
            1,
            [.. now, "--apply", plan.Digest, "--passphrase-file", "-"],
            "not this one"u8.ToArray()
        );
        Assert.Equal(4, stranger.Exit);
        Assert.Equal(32, (await kms.Decrypt(wrapped)).Length);

        var applied = await home.RunAt(1, [.. now, "--apply", plan.Digest, "--passphrase-file", "-"], home.Passphrase);

        Assert.True(applied.Exit == 0, applied.ToString());
        var report = JsonSerializer.Deserialize(applied.Output, AdminJson.Default.DestroyReport)!;
        Assert.True(report is { Applied: true, DaemonReloaded: true, OlderGenerations: > 0 }, applied.Output);
        var gone = await Assert.ThrowsAsync<RpcException>(() => kms.Decrypt(wrapped));
        Assert.Contains("destroyed", gone.Status.Detail, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(home.Ring));
        var keys = await home.Run(["keys", "list"]);
        Assert.Contains($"{wrapped.KeyId}  destroyed", keys.Output, StringComparison.Ordinal);
        Assert.Contains(
            "key-destroyed",
            (await home.Run(["audit-log", "show", "-o", "json"])).Output,
            StringComparison.Ordinal
        );
        var again = await home.RunAt(1, [.. now, "--apply", plan.Digest]);
        Assert.Contains("is destroyed already", again.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await home.Status()).ExitCode);
    }

    [Fact]
    public async Task Destroy_OfWhatIsNeeded_IsRefused()
    {
        await using var home = await ProviderHome.Serving();
        var old = await home.ActiveKey();
        await home.Rotate();
        var active = await home.ActiveKey();

        Assert.Contains("is active", await Refused(active, 0), StringComparison.Ordinal);
        Assert.Contains("7 objects are still under the key", await Refused(old, 7), StringComparison.Ordinal);
        var none = await home.Run(["keys", "destroy", "k1.unknown", "--evidence", await Scan(home, old, 0)]);
        Assert.Equal(2, none.Exit);
        var missing = await RunningProcess.Run(CommandProgram.Path, ["keys", "destroy", old, .. home.Settings]);
        Assert.Equal(2, missing.Exit);
        await File.WriteAllTextAsync(home.At("other.json"), "{}");
        var other = await home.Run(["keys", "destroy", old, "--evidence", home.At("other.json")]);
        Assert.Contains("is no scan of EdgeKms", other.Error, StringComparison.Ordinal);

        async Task<string> Refused(string key, int objects)
        {
            var evidence = await Scan(home, old, objects);
            var result = await home.RunAt(
                1,
                ["keys", "destroy", key, "--evidence", evidence, "--retention-minimum-days", "0"]
            );
            Assert.Equal(3, result.Exit);
            return result.Error;
        }
    }

    private static async Task<DestroyReport> Report(ProviderHome home, string[] command)
    {
        var result = await home.RunAt(1, command);
        Assert.True(result.Exit == 0, result.ToString());
        return JsonSerializer.Deserialize(result.Output, AdminJson.Default.DestroyReport)!;
    }

    /// <summary>A scan of tomorrow, when the commands run: ten minutes have to pass after a rotation.</summary>
    private static async Task<string> Scan(ProviderHome home, string key, int objects)
    {
        var path = home.At("scan.json");
        var ring = (await home.Status()).Ring!.Id;
        var time = TimeProvider.System.GetUtcNow().AddDays(1).UtcDateTime;
        var report = new ScanReport(
            ScanReport.CurrentFormat,
            time,
            "etcd",
            "/registry",
            ring,
            "edgekms",
            await home.ActiveKey(),
            "all",
            ["secrets"],
            objects,
            [new ScanCount("secrets", "kms-v2", "k8s:enc:kms:v2:edgekms:", "edgekms", key, objects, "stale", false)],
            0,
            objects,
            0,
            0,
            0,
            0,
            0,
            new ScanLeftovers("etcd", 1, 0, 0, false, 0, []),
            Complete: true,
            [],
            1
        );
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(report, ScanJson.Default.ScanReport));
        return path;
    }
}
