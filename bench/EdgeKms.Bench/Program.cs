// Two plugins, one machine, one run: rounds alternate between them, the median of the rounds counts, and the ratio is
// what may be quoted. Arguments: EDGEKMSD STATE_DIR GO_PLUGIN WORK_DIR [rounds]; or: ring EDGEKMSD WORK_DIR; or: seed ETCD_URL OBJECTS BYTES;
// or: authority EDGEKMSD STATE_DIR WORK_DIR ROUNDS; or: scan EDGEKMS ETCDCTL ETCD_URL SNAPSHOT ROUNDS.
using System.Globalization;
using EdgeKms.Bench;
using EdgeKms.Kms.V2;
using Google.Protobuf;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["ring", var program, var folder])
{
    await RingFigures.Print(program, folder);
    return;
}
if (args is ["authority", var filtered, var ring, var sockets, var turns])
{
    await AuthorityFigures.Print(filtered, ring, sockets, int.Parse(turns));
    return;
}
if (args is ["seed", var url, var count, var size])
{
    await Seed.Run(url, int.Parse(count), int.Parse(size));
    return;
}
if (args is ["scan", var edgekms, var etcdctl, var etcd, var snapshot, var times])
{
    await ScanFigures.Print(edgekms, etcdctl, etcd, snapshot, int.Parse(times));
    return;
}
var (daemon, state, peer, work) = (args[0], args[1], args[2], args[3]);
var rounds = args.Length > 4 ? int.Parse(args[4]) : 5;
File.WriteAllText(Path.Combine(work, "keyid"), "bench-key");
string[] ours =
[
    "serve",
    "--state-directory",
    state,
    "--kms-socket",
    $"{work}/e/kms.sock",
    "--admin-socket",
    $"{work}/e/admin.sock",
];
string[] theirs = ["-socket", $"{work}/go.sock", "-keyid-file", $"{work}/keyid"];

var starts = new Dictionary<string, List<double>> { ["edgekmsd"] = [], ["go"] = [] };
for (var i = 0; i < 15; i++)
{
    foreach (var plugin in Plugins())
    {
        using (plugin)
            starts[plugin.Name].Add(await plugin.Start());
    }
}

var rows = new Dictionary<(string Plugin, string Method, int Callers), List<Load.Result>>();
var plugins = Plugins();
foreach (var plugin in plugins)
    await plugin.Start();
var idle = plugins.ToDictionary(p => p.Name, p => p.ResidentKiB());
var channels = plugins.ToDictionary(p => p.Name, p => p.Connect());
foreach (var plugin in plugins) // warm both sides: the client is compiled while it runs
{
    await Load.Run(channels[plugin.Name], true, 16, 20_000);
    await Load.Run(channels[plugin.Name], false, 16, 20_000);
}
for (var round = 0; round < rounds; round++)
{
    foreach (
        var (method, callers, calls) in new[]
        {
            ("Encrypt", 1, 6_000),
            ("Decrypt", 1, 6_000),
            ("Encrypt", 16, 24_000),
            ("Decrypt", 16, 24_000),
        }
    )
    {
        foreach (var plugin in round % 2 == 0 ? plugins : [.. plugins.Reverse()])
        {
            var result = await Load.Run(channels[plugin.Name], method == "Encrypt", callers, calls);
            var key = (plugin.Name, method, callers);
            rows.TryAdd(key, []);
            rows[key].Add(result);
        }
    }
}
var after = plugins.ToDictionary(p => p.Name, p => p.ResidentKiB());
foreach (var plugin in plugins)
{
    await Load.Run(channels[plugin.Name], true, 16, 100_000);
    await Load.Run(channels[plugin.Name], false, 16, 100_000);
}
var later = plugins.ToDictionary(p => p.Name, p => p.ResidentKiB());
var client = new KeyManagementService.KeyManagementServiceClient(channels["edgekmsd"]);
var envelope = await client.EncryptAsync(
    new EncryptRequest { Plaintext = ByteString.CopyFrom(new byte[32]), Uid = "size" }
);

Console.WriteLine("| figure | edgekmsd | Go plugin | ratio |");
Console.WriteLine("|---|---|---|---|");
foreach (var (_, method, callers) in rows.Keys.Where(k => k.Plugin == "edgekmsd"))
{
    Row($"{method}, {callers} callers, p50 us", method, callers, r => r.P50);
    Row($"{method}, {callers} callers, p99 us", method, callers, r => r.P99);
    Row($"{method}, {callers} callers, calls/s", method, callers, r => r.CallsPerSecond);
}
Line("start to first good Status, ms (median of 15)", Median(starts["edgekmsd"]), Median(starts["go"]));
Line("resident idle, MiB", MiB(idle["edgekmsd"].Total), MiB(idle["go"].Total));
Line($"resident after {Calls():N0} calls, MiB", MiB(after["edgekmsd"].Total), MiB(after["go"].Total));
Line("resident after 200,000 more, MiB", MiB(later["edgekmsd"].Total), MiB(later["go"].Total));
Line("of which anonymous, MiB", MiB(later["edgekmsd"].Anonymous), MiB(later["go"].Anonymous));
Line("binary, MB", plugins[0].BinaryBytes / 1e6, plugins[1].BinaryBytes / 1e6);
Console.WriteLine($"| envelope of a 32-byte seed, bytes | {envelope.Ciphertext.Length} | - | - |");
foreach (var plugin in plugins)
    plugin.Dispose();

Plugin[] Plugins() => [new("edgekmsd", daemon, $"{work}/e/kms.sock", ours), new("go", peer, $"{work}/go.sock", theirs)];

int Calls() => 40_000 + rounds * 60_000;

void Row(string title, string method, int callers, Func<Load.Result, double> value) =>
    Line(
        title,
        Median(rows[("edgekmsd", method, callers)].Select(value)),
        Median(rows[("go", method, callers)].Select(value))
    );

static void Line(string title, double a, double b) => Console.WriteLine($"| {title} | {a:N1} | {b:N1} | {a / b:N2} |");

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

static double MiB(long kib) => kib / 1024.0;
