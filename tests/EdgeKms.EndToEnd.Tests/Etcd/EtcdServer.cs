using System.Globalization;
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
    private readonly HttpClient _http = new();
    private readonly string[] _arguments;
    private readonly string _health;
    private readonly string _peer;
    private RunningProcess _process;
    private string _data;

    private EtcdServer(string data, string url, string health, string peer, string[] arguments)
    {
        (_data, Url, _health, _peer, _arguments) = (data, url, health, peer, arguments);
        _process = Run();
    }

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
        var etcd = new EtcdServer(data, url, health, peer, arguments);
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

    /// <summary>What was stored below a prefix at each revision since the first, each form of a key once.</summary>
    internal async Task<IReadOnlyCollection<(string Key, byte[] Value)>> History(string prefix)
    {
        var end = prefix[..^1] + (char)(prefix[^1] + 1);
        var last = await Revision();
        var found = new Dictionary<(string, long), byte[]>();
        for (var revision = 2L; revision <= last; revision++)
        {
            var request = new Dictionary<string, string>
            {
                ["key"] = Encode(prefix),
                ["range_end"] = Encode(end),
                ["revision"] = $"{revision}",
                ["min_mod_revision"] = $"{revision}",
            };
            using var json = JsonDocument.Parse(await Send("range", request));
            if (!json.RootElement.TryGetProperty("kvs", out var pairs))
                continue;
            foreach (var pair in pairs.EnumerateArray())
                found[(Encoding.UTF8.GetString(pair.GetProperty("key").GetBytesFromBase64()), revision)] =
                    pair.GetProperty("value").GetBytesFromBase64();
        }
        return [.. found.Select(f => (f.Key.Item1, f.Value))];
    }

    internal async Task<long> Revision()
    {
        using var json = JsonDocument.Parse(await Send("range", new() { ["key"] = Encode("x") }));
        return long.Parse(
            json.RootElement.GetProperty("header").GetProperty("revision").GetString()!,
            CultureInfo.InvariantCulture
        );
    }

    internal async Task Snapshot(string file)
    {
        var saved = await RunningProcess.Run(
            Testbed.Program("etcdctl"),
            [$"--endpoints={Url}", "snapshot", "save", file]
        );
        Assert.True(saved.Exit == 0, saved.ToString());
    }

    /// <summary>Puts it back to a snapshot, as etcd's own page says: a new data directory. The API server is stopped by then.</summary>
    internal async Task Restore(string file)
    {
        _process.Send(Signal.Terminate);
        await _process.Ended();
        await _process.DisposeAsync();
        _data += "-restored";
        var restored = await RunningProcess.Run(
            Testbed.Program("etcdctl"),
            [
                "snapshot",
                "restore",
                file,
                $"--data-dir={_data}",
                "--name=t",
                $"--initial-cluster=t={_peer}",
                $"--initial-advertise-peer-urls={_peer}",
            ]
        );
        Assert.True(restored.Exit == 0, restored.ToString());
        _process = Run();
        await Eventually.Holds("etcd answers", Answers);
    }

    /// <summary>Forgets everything but what is stored now.</summary>
    internal async Task Compact()
    {
        await Send("compaction", new() { ["revision"] = $"{await Revision()}" });
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

    private RunningProcess Run() =>
        RunningProcess.Start(Testbed.Program("etcd"), [$"--data-dir={_data}", .. _arguments]);

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
