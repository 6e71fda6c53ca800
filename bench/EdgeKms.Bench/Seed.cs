using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace EdgeKms.Bench;

/// <summary>Fills an etcd with values as KMS v2 stores them: random payloads under two keys, as after a rotation.</summary>
internal static class Seed
{
    // etcd's --max-txn-ops is 128.
    private const int Batch = 100;

    /// <param name="url">Of etcd, <c>http://</c>.</param>
    /// <param name="count">Objects.</param>
    /// <param name="bytes">Payload of each.</param>
    internal static async Task Run(string url, int count, int bytes)
    {
        using var http = new HttpClient();
        var txn = new Uri($"{url}/v3/kv/txn");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, (count + Batch - 1) / Batch),
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            async (batch, stop) =>
            {
                var puts = Enumerable
                    .Range(batch * Batch, Math.Min(Batch, count - batch * Batch))
                    .Select(i => $$$"""{"request_put":{"key":"{{{Key(i)}}}","value":"{{{Value(i, bytes)}}}"}}""");
                using var body = new StringContent($$"""{"success":[{{string.Join(',', puts)}}]}""");
                body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                using var answer = await http.PostAsync(txn, body, stop);
                answer.EnsureSuccessStatusCode();
            }
        );
    }

    private static string Key(int number) =>
        Convert.ToBase64String(
            Encoding.ASCII.GetBytes($"/registry/secrets/ns-{number % 100:00}/secret-{number:000000}")
        );

    private static string Value(int number, int bytes)
    {
        var id = Encoding.ASCII.GetBytes(number % 4 == 0 ? "k1.AAAAAAAAAAAAAAAAAAAAAA" : "k2.BBBBBBBBBBBBBBBBBBBBBB");
        byte[] value =
        [
            .. "k8s:enc:kms:v2:edgekms:"u8,
            0x0a,
            .. Varint(bytes),
            .. RandomNumberGenerator.GetBytes(bytes),
            0x12,
            (byte)id.Length,
            .. id,
            0x1a,
            93,
            .. RandomNumberGenerator.GetBytes(93),
            0x28,
            1,
        ];
        return Convert.ToBase64String(value);
    }

    private static byte[] Varint(int number) =>
        number < 128 ? [(byte)number] : [(byte)(number & 0x7f | 0x80), (byte)(number >> 7)];
}
