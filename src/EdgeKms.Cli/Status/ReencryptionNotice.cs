using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using EdgeKms.Cluster;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cli.Status;

/// <summary>Tells the daemon how far the re-encryption is: <c>PUT /v1/reencryption</c> of the admin socket.</summary>
internal static class ReencryptionNotice
{
    private static readonly Uri s_path = new("http://localhost/v1/reencryption");

    /// <returns>False where nobody takes it: the daemon is away, and is told the next time.</returns>
    internal static async Task<bool> SendAsync(
        string socketPath,
        ReencryptionReport report,
        CancellationToken cancellation
    )
    {
        using var handler = UnixConnection.Handler(socketPath);
        using var client = new HttpClient(handler) { Timeout = StatusClient.Limit };
        using var body = new ByteArrayContent(
            JsonSerializer.SerializeToUtf8Bytes(report, AdminJson.Default.ReencryptionReport)
        );
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var answer = await client.PutAsync(s_path, body, cancellation);
            return answer.StatusCode == HttpStatusCode.NoContent;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }
}
