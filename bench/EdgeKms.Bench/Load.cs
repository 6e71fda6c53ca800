using System.Diagnostics;
using System.Security.Cryptography;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Net.Client;

namespace EdgeKms.Bench;

/// <summary>Calls of one method by a number of callers on one connection, as kube-apiserver has one.</summary>
internal static class Load
{
    internal sealed record Result(double P50, double P99, double CallsPerSecond);

    /// <summary>Latencies in microseconds of <paramref name="calls"/> calls.</summary>
    public static async Task<Result> Run(GrpcChannel channel, bool encrypt, int callers, int calls)
    {
        var client = new KeyManagementService.KeyManagementServiceClient(channel);
        var seed = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32));
        await client.StatusAsync(new StatusRequest());
        var wrapped = await client.EncryptAsync(new EncryptRequest { Plaintext = seed, Uid = Uid() });
        var latencies = new double[callers][];
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(i => Task.Run(() => Caller(i))));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var sorted = latencies.SelectMany(l => l).Order().ToArray();
        return new Result(sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100], sorted.Length / seconds);

        async Task Caller(int index)
        {
            var own = latencies[index] = new double[calls / callers];
            for (var i = 0; i < own.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                if (encrypt)
                {
                    await client.EncryptAsync(new EncryptRequest { Plaintext = seed, Uid = Uid() });
                }
                else
                {
                    var request = new DecryptRequest
                    {
                        Ciphertext = wrapped.Ciphertext,
                        KeyId = wrapped.KeyId,
                        Uid = Uid(),
                    };
                    request.Annotations.Add(wrapped.Annotations);
                    await client.DecryptAsync(request);
                }
                own[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }
    }

    private static string Uid() => Guid.NewGuid().ToString();
}
