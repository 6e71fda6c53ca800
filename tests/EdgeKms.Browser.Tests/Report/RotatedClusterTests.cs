using System.Text;
using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.EndToEnd.Tests.Reencrypt;

namespace EdgeKms.Browser.Tests.Report;

/// <summary><c>edgekms report</c> of a real cluster: daemon, etcd, API server, a rotation, a re-encryption; looked at in the browser.</summary>
public sealed class RotatedClusterTests(Chromium chromium)
{
    [Fact]
    public async Task Report_OfARotatedCluster_ProvesItAndHoldsNoSecret()
    {
        await using var cluster = await RotatedCluster.Start();
        var home = cluster.Home;
        await cluster.Fill(12);
        var active = await cluster.Rotate();
        var file = home.At("report.html");

        // Before the re-encryption the page has to say that objects are left.
        using (var before = await Report(cluster, home.At("before.html")))
        {
            Assert.Equal("attention", Point(before, "objects").GetProperty("outcome").GetString());
            Assert.Contains("12 under an older key", before.RootElement.GetProperty("verdict").GetString());
        }
        await cluster.Taken();
        Assert.Equal(0, (await cluster.Reencrypt(cluster.Datastore)).Exit);
        using var json = await Report(cluster, file);

        var root = json.RootElement;
        Assert.StartsWith(
            "All 12 Secrets are encrypted under the active key, proven ",
            root.GetProperty("verdict").GetString()
        );
        foreach (var area in new[] { "objects", "cluster", "provider", "rotation", "audit-log" })
            Assert.Equal("ok", Point(json, area).GetProperty("outcome").GetString());
        Assert.Equal(1, root.GetProperty("rotation").GetProperty("rotations").GetInt32());
        var scan = root.GetProperty("scan").GetProperty("value");
        Assert.Equal(active, scan.GetProperty("activeKeyId").GetString());
        Assert.Equal(12, scan.GetProperty("active").GetInt64());
        Assert.NotEmpty(root.GetProperty("cluster").GetProperty("value").GetProperty("version").GetString()!);
        await Shown(file, active);
        await HoldsNoSecret(home, await File.ReadAllBytesAsync(file));
        await HoldsNoSecret(home, Encoding.UTF8.GetBytes(root.GetRawText()));
    }

    private async Task Shown(string file, string active)
    {
        await using var page = await chromium.Open(file);
        var text = await page.Text();

        Assert.Contains("All 12 Secrets are encrypted under the active key", text, StringComparison.Ordinal);
        Assert.Contains(active, text, StringComparison.Ordinal);
        Assert.Empty(await page.Axe());
        Assert.Equal([new Uri(file).AbsoluteUri], page.Requests);
        Assert.Empty(page.Complaints);
        Assert.Equal(2, await page.Ask<int>("document.querySelectorAll('svg rect.bar.active').length - 1"));
    }

    private static async Task HoldsNoSecret(ProviderHome home, byte[] bytes)
    {
        var token = await File.ReadAllTextAsync(home.Token);
        var ring = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(home.NewestGeneration()));
        byte[][] secrets =
        [
            home.Passphrase,
            Trimmed(await File.ReadAllTextAsync(home.RecoveryCodeFile)),
            Trimmed(token),
            // The token's file and the ring's slots name the ring too, which is no secret.
            .. token
                .Split(['\n', ' '])
                .Where(w => w.Length > 22 && !ring.Contains(w, StringComparison.Ordinal))
                .Select(Encoding.UTF8.GetBytes),
            .. ring.Split('\n')
                .Where(l => l.StartsWith("slot ", StringComparison.Ordinal))
                .SelectMany(l => l.Split(' ').Skip(5))
                .Where(w => w.Length > 22)
                .Select(Encoding.UTF8.GetBytes),
            // Of the kubeconfig, as the API server's own file has it.
            Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(home.At("tokens.csv"))).Split(',')[0]),
        ];
        Assert.True(secrets.Length >= 6);
        foreach (var secret in secrets)
            Assert.False(Canary.IsIn(bytes, secret), $"it holds {Encoding.UTF8.GetString(secret)}");
    }

    private static byte[] Trimmed(string text) => Encoding.UTF8.GetBytes(text.Trim());

    private static JsonElement Point(JsonDocument report, string area) =>
        report
            .RootElement.GetProperty("summary")
            .EnumerateArray()
            .Single(p => p.GetProperty("area").GetString() == area);

    private static async Task<JsonDocument> Report(RotatedCluster cluster, string file)
    {
        var result = await RunningProcess.Run(
            CommandProgram.Path,
            [
                "report",
                "--output",
                file,
                "-o",
                "json",
                "--kubeconfig",
                cluster.Home.At("kubeconfig"),
                "--encryption-config",
                cluster.Configuration,
                .. cluster.Datastore,
                .. cluster.Home.Settings,
            ]
        );
        Assert.True(result.Exit == 0, result.ToString());
        return JsonDocument.Parse(result.Output);
    }
}
