using System.IO.Compression;
using System.Text;
using EdgeKms.EndToEnd.Tests.Migrate;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary><c>edgekms logs</c>.</summary>
public sealed class LogsTests
{
    private const string ClientSecret = "canary-of-the-arc-client-secret";
    private const string ConfigKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    [Fact]
    public async Task Logs_OfAServingCluster_HoldWhatHelpsAndNoSecret()
    {
        await using var cluster = await MovingCluster.Start("      - identity: {}", secrets: 1);
        var home = cluster.Home;
        Assert.Equal(0, (await cluster.Migrate("--to", "kms")).Exit);
        Assert.Equal(0, (await home.Run(["rotate"])).Exit);
        var secret = cluster.ValueOf("s000");
        var config = home.At("aksedge-config.json");
        await File.WriteAllTextAsync(
            config,
            $$"""{ "SchemaVersion": "1.16", "Arc": { "ClientSecret": "{{ClientSecret}}" }, "Join": { "ClusterJoinToken": "{{ClientSecret}}" }, "{{ClientSecret[..8]}}": "{{ClientSecret}}" }"""
        );
        await File.AppendAllTextAsync(cluster.Config, $"# secret: {ConfigKey}\n");
        var zip = home.At("logs.zip");

        string[] logs =
        [
            "logs",
            "--output",
            zip,
            "--deployment-file",
            config,
            "--encryption-config",
            cluster.Config,
            "--kubeconfig",
            home.At("kubeconfig"),
            .. cluster.Etcd,
            .. home.Settings,
        ];
        var result = await RunningProcess.Run(CommandProgram.Path, logs);

        Assert.True(result.Exit == 0, result.ToString());
        var entries = await Entries(zip);
        foreach (
            var name in new[]
            {
                "summary.txt",
                "versions.json",
                "status.json",
                "doctor.json",
                "audit-log.json",
                "audit-log-verify.json",
                "verify.json",
                "config/encryption-config.yaml",
                "config/aksedge-config.json",
                "ring/header.txt",
                "system/disk.txt",
                "system/now.txt",
                "system/os-release.txt",
            }
        )
            Assert.True(entries.ContainsKey(name), $"{name} is missing: {string.Join(", ", entries.Keys)}");
        Assert.Contains(
            "\"1.16\"",
            Encoding.UTF8.GetString(entries["config/aksedge-config.json"]),
            StringComparison.Ordinal
        );
        Assert.Contains("generation 2", Encoding.UTF8.GetString(entries["ring/header.txt"]), StringComparison.Ordinal);
        Assert.Contains("kms-providers ok", Encoding.UTF8.GetString(entries["verify.json"]), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(zip));

        var canaries = new List<byte[]>
        {
            home.Passphrase,
            await File.ReadAllBytesAsync(home.RecoveryCodeFile),
            await File.ReadAllBytesAsync(home.Token),
            Encoding.UTF8.GetBytes(ClientSecret),
            Encoding.UTF8.GetBytes(ConfigKey),
            Encoding.UTF8.GetBytes(secret),
            Encoding.UTF8.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))),
        };
        // The token's own line names the ring, too, which is no secret.
        var header = Encoding.UTF8.GetString(entries["ring/header.txt"]);
        canaries.AddRange(
            (await File.ReadAllTextAsync(home.Token))
                .Split(['\n', ' '])
                .Where(w => w.Length > 20 && !header.Contains(w, StringComparison.Ordinal))
                .Select(Encoding.UTF8.GetBytes)
        );
        canaries.AddRange(SlotSecrets(home.NewestGeneration()));
        foreach (var (name, bytes) in entries)
        {
            foreach (var canary in canaries)
                Assert.False(Canary.IsIn(bytes, Trim(canary)), $"{name} holds {Encoding.UTF8.GetString(canary)}");
        }
        var again = await RunningProcess.Run(CommandProgram.Path, logs);
        Assert.Equal(3, again.Exit);
    }

    [Fact]
    public async Task Logs_WithNothingThatAnswers_SayWhatIsMissing()
    {
        using var directory = new PrivateDirectory();
        var zip = directory.At("logs.zip");
        string[] logs =
        [
            "logs",
            "--output",
            zip,
            "--kubeconfig",
            directory.At("none"),
            "--state-directory",
            directory.At("state"),
        ];

        var result = await RunningProcess.Run(CommandProgram.Path, [.. logs, "-o", "json"]);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("\"verify.json\": \"there is no file", result.Output, StringComparison.Ordinal);
        Assert.Contains(
            "- verify.json: there is no file",
            Encoding.UTF8.GetString((await Entries(zip))["summary.txt"]),
            StringComparison.Ordinal
        );
    }

    private static byte[] Trim(byte[] text) => [.. text.Where(b => b is not (byte)'\n')];

    private static IEnumerable<byte[]> SlotSecrets(string ring) =>
        File.ReadAllText(ring, Encoding.Latin1)
            .Split('\n')
            .Where(l => l.StartsWith("slot ", StringComparison.Ordinal))
            .SelectMany(l => l.Split(' ').Skip(5))
            .Select(Encoding.ASCII.GetBytes);

    private static async Task<Dictionary<string, byte[]>> Entries(string zip)
    {
        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var archive = await ZipFile.OpenReadAsync(zip);
        foreach (var entry in archive.Entries)
        {
            using var bytes = new MemoryStream();
            await using var stream = await entry.OpenAsync();
            await stream.CopyToAsync(bytes);
            entries[entry.FullName] = bytes.ToArray();
        }
        return entries;
    }
}
