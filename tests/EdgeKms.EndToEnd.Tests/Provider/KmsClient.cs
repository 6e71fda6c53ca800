using System.Net.Sockets;
using EdgeKms.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeKms.EndToEnd.Tests.Provider;

/// <summary>A KMS v2 client on a Unix socket, as kube-apiserver is one.</summary>
internal sealed class KmsClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly KeyManagementService.KeyManagementServiceClient _client;

    internal KmsClient(string socket)
    {
        Handler = UnixConnection.Handler(socket);
        _channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = Handler, DisposeHttpClient = true }
        );
        _client = new KeyManagementService.KeyManagementServiceClient(_channel);
    }

    internal SocketsHttpHandler Handler { get; }

    internal async Task<StatusResponse> Status() => await _client.StatusAsync(new StatusRequest(), deadline: Due());

    internal async Task<EncryptResponse> Encrypt(byte[] seed, string uid = "e2e") =>
        await _client.EncryptAsync(
            new EncryptRequest { Plaintext = ByteString.CopyFrom(seed), Uid = uid },
            deadline: Due()
        );

    internal async Task<byte[]> Decrypt(EncryptResponse sealed_, string uid = "e2e") =>
        (await Decrypt(sealed_.KeyId, sealed_.Ciphertext.ToByteArray(), uid)).ToByteArray();

    internal async Task<ByteString> Decrypt(string keyId, byte[] ciphertext, string uid = "e2e")
    {
        var request = new DecryptRequest
        {
            KeyId = keyId,
            Ciphertext = ByteString.CopyFrom(ciphertext),
            Uid = uid,
        };
        return (await _client.DecryptAsync(request, deadline: Due())).Plaintext;
    }

    /// <summary>The error that a call ends with.</summary>
    internal static async Task<Status> Refused(Func<Task> call) =>
        (await Assert.ThrowsAsync<RpcException>(call)).Status;

    /// <summary>
    /// True for a call that the daemon did not take (RFC 9113, 6.8): GOAWAY with NO_ERROR, or EPIPE, as the connection was closed
    /// before the call was written. kube-apiserver's client, grpc-go, sends it again by itself ("transparent retry"); .NET's reports it.
    /// </summary>
    internal static bool WasNotTaken(Exception? e) =>
        e is HttpProtocolException { ErrorCode: 0 } or SocketException { SocketErrorCode: SocketError.Shutdown }
        || (e is not null && WasNotTaken(e.InnerException));

    public void Dispose() => _channel.Dispose();

    private static DateTime Due() => DateTime.UtcNow + Eventually.Guard;
}
