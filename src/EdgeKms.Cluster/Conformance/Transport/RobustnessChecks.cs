using System.Net.Sockets;
using System.Security.Cryptography;
using Grpc.Core;

namespace EdgeKms.Cluster.Conformance;

/// <summary>What a hostile or broken peer on the socket must not be able to do.</summary>
internal static class RobustnessChecks
{
    /// <summary>More than gRPC's usual limit of 4 MiB; a plugin needs some kilobytes.</summary>
    private const int Oversized = 5 * 1024 * 1024;

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            13,
            Level.Project,
            "a request of 5 MiB gives RESOURCE_EXHAUSTED and harms no other connection",
            "gRPC: maximal receive size; robustness",
            OversizedAsync
        ),
        new(
            14,
            Level.Project,
            "garbage, half-open connections, HTTP/1.1 and reset storms leave other clients alone",
            "robustness",
            HostileAsync
        ),
    ];

    private static async Task<Verdict> OversizedAsync(Trial trial)
    {
        using var other = trial.Connect();
        await other.StatusAsync();
        var code = (await PluginClient.RefusalAsync(() => trial.Client.EncryptAsync(new byte[Oversized]))).StatusCode;
        await other.StatusAsync();
        return (code, other.Connections) switch
        {
            (_, > 1) => Verdict.Fail("another connection was closed"),
            (StatusCode.ResourceExhausted, _) => Verdict.Pass(),
            _ => Verdict.Fail($"a request of 5 MiB gave {code}"),
        };
    }

    private static async Task<Verdict> HostileAsync(Trial trial)
    {
        await trial.Client.StatusAsync();
        var rounds = trial.Count(full: 100, quick: 10);
        (string Name, Func<Trial, Task> Attack)[] attacks =
        [
            ("garbage bytes", t => WriteAsync(t, RandomNumberGenerator.GetBytes(512))),
            ("an HTTP/1.1 request", t => WriteAsync(t, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray())),
            ("half an HTTP/2 preface", t => WriteAsync(t, "PRI * HTTP"u8.ToArray())),
            ("a reset storm", ResetStormAsync),
        ];
        foreach (var (name, attack) in attacks)
        {
            for (var round = 0; round < rounds; round++)
            {
                await attack(trial);
            }

            try
            {
                await trial.Client.StatusAsync();
            }
            catch (RpcException error)
            {
                return Verdict.Fail($"after {name} another client got {error.StatusCode}");
            }
        }

        // One that connects and says nothing, while others work.
        using var silent = await trial.Options.Plugin.ConnectAsync(trial.Stop);
        await trial.Client.StatusAsync();
        return trial.Client.Connections == 1
            ? Verdict.Pass($"{rounds} rounds of each")
            : Verdict.Fail("the connection of another client was closed");
    }

    private static async Task WriteAsync(Trial trial, byte[] bytes)
    {
        using var socket = await trial.Options.Plugin.ConnectAsync(trial.Stop);
        try
        {
            await socket.SendAsync(bytes, trial.Stop);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Thrown out already: as it should be.
        }
    }

    private static async Task ResetStormAsync(Trial trial)
    {
        using var limit = trial.Limit(trial.Options.Timeout);
        using var connection = await RawHttp2Connection.OpenAsync(trial.Options.Plugin, limit.Token);
        try
        {
            for (var i = 0; i < 50; i++)
            {
                var id = await connection.BeginAsync(
                    KmsMethod.StatusPath,
                    trial.Options.AuthorityText,
                    timeout: null,
                    limit.Token
                );
                await connection.ResetAsync(id, limit.Token);
            }
        }
        catch (IOException)
        {
            // Thrown out already: as it should be.
        }
    }
}
