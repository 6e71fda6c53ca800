using System.Net.Sockets;
using EdgeKms.Cluster;
using EdgeKms.Cluster.Conformance;
using Grpc.Net.Client;

namespace EdgeKms.Bench;

/// <summary>
/// What the filter in front of Kestrel's HTTP/2 costs: the daemon without it, with it and a client that sends <c>localhost</c>, and
/// with it and a client that sends the socket's path. All three run at once and take turns.
/// </summary>
internal static class AuthorityFigures
{
    private const string Off = "off, localhost";
    private const string On = "on, localhost";
    private const string Rewritten = "on, rewritten";

    /// <param name="daemon">Program.</param>
    /// <param name="state">Directory of a key ring that opens by its node token.</param>
    /// <param name="work">Directory for the sockets.</param>
    /// <param name="rounds">Odd, so that there is a median.</param>
    internal static async Task Print(string daemon, string state, string work, int rounds)
    {
        Plugin[] plugins = [Start("off", "false"), Start("on", "true")];
        foreach (var plugin in plugins)
            await plugin.Start();
        var channels = new Dictionary<string, GrpcChannel>
        {
            [Off] = Connect("off", "localhost"),
            [On] = Connect("on", "localhost"),
            [Rewritten] = Connect("on", Uri.EscapeDataString(Socket("on"))),
        };
        var results = channels.Keys.ToDictionary(k => k, _ => new Dictionary<(bool, int), List<Load.Result>>());
        foreach (var channel in channels.Values) // the client is compiled while it runs
        {
            await Load.Run(channel, true, 16, 20_000);
            await Load.Run(channel, false, 16, 20_000);
        }
        (bool Encrypt, int Callers, int Calls)[] loads =
        [
            (true, 1, 4_000),
            (false, 1, 4_000),
            (true, 16, 16_000),
            (false, 16, 16_000),
        ];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (encrypt, callers, calls) in loads)
            {
                for (var turn = 0; turn < channels.Count; turn++)
                {
                    var (name, channel) = channels.ElementAt((turn + round) % channels.Count);
                    results[name].TryAdd((encrypt, callers), []);
                    results[name][(encrypt, callers)].Add(await Load.Run(channel, encrypt, callers, calls));
                }
            }
        }
        Console.WriteLine($"| figure | {Off} | {On} | ratio | {Rewritten} | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (encrypt, callers, _) in loads)
        {
            var title = $"{(encrypt ? "Encrypt" : "Decrypt")}, {callers} caller{(callers == 1 ? "" : "s")}";
            Line($"{title}, p50 us", encrypt, callers, r => r.P50);
            Line($"{title}, p99 us", encrypt, callers, r => r.P99);
            Line($"{title}, calls/s", encrypt, callers, r => r.CallsPerSecond);
        }
        foreach (var plugin in plugins)
            plugin.Dispose();

        string Socket(string name) => $"{work}/{name}/kms.sock";

        Plugin Start(string name, string filter) =>
            new(
                name,
                daemon,
                Socket(name),
                [
                    "serve",
                    "--state-directory",
                    state + name,
                    "--kms-socket",
                    Socket(name),
                    "--admin-socket",
                    $"{work}/{name}/admin.sock",
                    "--kms-any-authority",
                    filter,
                ]
            );

        // All three by the same way: what it costs the client is no difference between them.
        GrpcChannel Connect(string name, string authority)
        {
            var handler = UnixConnection.Handler(Socket(name));
            handler.ConnectCallback = async (_, stop) =>
                new AuthorityStream(
                    new NetworkStream(await UnixConnection.OpenAsync(Socket(name), stop), ownsSocket: true),
                    authority
                );
            return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        }

        // Each ratio of the same round: what disturbed the machine then disturbed both.
        void Line(string title, bool encrypt, int callers, Func<Load.Result, double> value)
        {
            var (off, on, rewritten) = (Values(Off), Values(On), Values(Rewritten));
            Console.WriteLine(
                $"| {title} | {Median(off):N1} | {Median(on):N1} | {Ratio(on):N2} | {Median(rewritten):N1} | {Ratio(rewritten):N2} |"
            );

            double[] Values(string name) => [.. results[name][(encrypt, callers)].Select(value)];

            double Ratio(double[] values) => Median([.. values.Zip(off, (a, b) => a / b)]);
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
