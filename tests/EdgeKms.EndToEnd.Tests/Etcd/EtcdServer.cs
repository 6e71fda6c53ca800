using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Etcd;

/// <summary>etcd on loopback, and the raw bytes in it.</summary>
internal sealed class EtcdServer : IAsyncDisposable
{
    private readonly RunningProcess _process;
    private readonly HttpClient _http = new();
    private readonly string _data;
    private readonly string _health;

    private EtcdServer(RunningProcess process, string data, string url, string health) =>
        (_process, _data, Url, _health) = (process, data, url, health);

    internal string Url { get; }

    internal int Pid => _process.Pid;

    /// <param name="data">Its directory.</param>
    /// <param name="tls">Flags of its certificates, for <c>https</c>; none for <c>http</c>.</param>
    internal static async Task<EtcdServer> Start(string data, params string[] tls)
    {
        var url = $"{(tls.Length > 0 ? "https" : "http")}://127.0.0.1:{FreePort.Take()}";
        var health = $"http://127.0.0.1:{FreePort.Take()}";
        var peer = $"http://127.0.0.1:{FreePort.Take()}";
        string[] arguments =
        [
            "--name=t",
            $"--data-dir={data}",
            "--unsafe-no-fsync",
            "--log-level=warn",
            $"--listen-client-urls={url}",
            $"--advertise-client-urls={url}",
            $"--listen-peer-urls={peer}",
            $"--initial-advertise-peer-urls={peer}",
            $"--initial-cluster=t={peer}",
            $"--listen-metrics-urls={health}",
            .. tls,
        ];
        var etcd = new EtcdServer(RunningProcess.Start(Testbed.Program("etcd"), arguments), data, url, health);
        await Eventually.Holds("etcd answers", etcd.Answers);
        return etcd;
    }

    /// <summary>The stored bytes of one key; null when there is none.</summary>
    internal async Task<byte[]?> Get(string key) => (await Range(key, null)).Values.FirstOrDefault();

    /// <summary>Every key that begins with <paramref name="prefix"/>, with its stored bytes.</summary>
    internal async Task<IReadOnlyDictionary<string, byte[]>> List(string prefix) =>
        await Range(prefix, prefix[..^1] + (char)(prefix[^1] + 1));

    internal Task Put(string key, byte[] value) =>
        Send("put", new() { ["key"] = Encode(key), ["value"] = Convert.ToBase64String(value) });

    /// <summary>Forgets everything but what is stored now.</summary>
    internal async Task Compact()
    {
        using var json = JsonDocument.Parse(await Send("range", new() { ["key"] = Encode("x") }));
        var revision = json.RootElement.GetProperty("header").GetProperty("revision").GetString()!;
        await Send("compaction", new() { ["revision"] = revision });
    }

    /// <summary>The files of the data directory, log included, that hold <paramref name="secret"/> in any form.</summary>
    internal async Task<IReadOnlyList<string>> FilesWith(byte[] secret)
    {
        using var copy = new PrivateDirectory(); // etcd holds locks that .NET would respect
        var copied = await RunningProcess.Run("/bin/cp", ["-r", _data, copy.At("etcd")]);
        Assert.True(copied.Exit == 0, copied.ToString());
        var files = Directory.GetFiles(copy.At("etcd"), "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => f.EndsWith(".wal", StringComparison.Ordinal));
        return [.. files.Where(f => Canary.IsIn(File.ReadAllBytes(f), secret))];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    private async Task<bool> Answers()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(_health + "/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>etcd's JSON gateway: keys and values in base64.</summary>
    private async Task<IReadOnlyDictionary<string, byte[]>> Range(string from, string? to)
    {
        var request = new Dictionary<string, string> { ["key"] = Encode(from) };
        if (to is not null)
            request["range_end"] = Encode(to);
        using var json = JsonDocument.Parse(await Send("range", request));
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (!json.RootElement.TryGetProperty("kvs", out var pairs))
            return found;
        foreach (var pair in pairs.EnumerateArray())
            found[Encoding.UTF8.GetString(pair.GetProperty("key").GetBytesFromBase64())] = pair.GetProperty("value")
                .GetBytesFromBase64();
        return found;
    }

    private async Task<string> Send(string call, Dictionary<string, string> request)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri($"{Url}/v3/kv/{call}"), request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text : throw new HttpRequestException($"{call}: {text}");
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
