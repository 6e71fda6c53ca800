using System.Net;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.Kms.V2;
using Google.Protobuf;

namespace EdgeKms.EndToEnd.Tests.Lifetime;

/// <summary>A Decrypt whose request is half sent: under way at the daemon until <see cref="Finish"/>.</summary>
internal sealed class HeldCall : IDisposable
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpRequestMessage _request;
    private readonly Task<HttpResponseMessage> _answer;

    internal HeldCall(HttpMessageInvoker http, EncryptResponse wrapped)
    {
        var message = new DecryptRequest { KeyId = wrapped.KeyId, Ciphertext = wrapped.Ciphertext }.ToByteArray();
        byte[] frame = [0, 0, 0, 0, (byte)message.Length, .. message];
        _request = new HttpRequestMessage(HttpMethod.Post, "http://localhost/v2.KeyManagementService/Decrypt")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Halves(frame, _sent, _release.Task),
        };
        _request.Content.Headers.ContentType = new("application/grpc");
        _request.Headers.Add("TE", "trailers");
        _answer = http.SendAsync(_request, CancellationToken.None);
    }

    /// <summary>The first half is written.</summary>
    internal Task Sent => _sent.Task;

    /// <summary>Sends the rest; the plaintext, or why not.</summary>
    internal async Task<byte[]> Finish()
    {
        _release.TrySetResult();
        using var answer = await _answer;
        var body = await answer.Content.ReadAsByteArrayAsync();
        var status = answer.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values.Single() : "none";
        Assert.Equal("0", status);
        return DecryptResponse.Parser.ParseFrom(body.AsSpan(5)).Plaintext.ToByteArray();
    }

    public void Dispose() => _request.Dispose();

    private sealed class Halves(byte[] frame, TaskCompletionSource sent, Task release) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(frame.AsMemory(0, frame.Length / 2));
            await stream.FlushAsync();
            sent.TrySetResult();
            await release;
            await stream.WriteAsync(frame.AsMemory(frame.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
