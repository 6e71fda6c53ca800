using EdgeKms.Cluster;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.Kms.V1Beta1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>A KMS v1 client on a Unix socket, as an old kube-apiserver is one.</summary>
internal sealed class KmsV1Client : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly KeyManagementService.KeyManagementServiceClient _client;

    internal KmsV1Client(string socket)
    {
        _channel = GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { HttpHandler = UnixConnection.Handler(socket), DisposeHttpClient = true }
        );
        _client = new KeyManagementService.KeyManagementServiceClient(_channel);
    }

    internal async Task<VersionResponse> Version(string version = "v1beta1") =>
        await _client.VersionAsync(new VersionRequest { Version = version }, deadline: Due());

    internal async Task<byte[]> Encrypt(byte[] plain, string version = "v1beta1")
    {
        var request = new EncryptRequest { Plain = ByteString.CopyFrom(plain), Version = version };
        return (await _client.EncryptAsync(request, deadline: Due())).Cipher.ToByteArray();
    }

    internal async Task<byte[]> Decrypt(byte[] cipher, string version = "v1beta1")
    {
        var request = new DecryptRequest { Cipher = ByteString.CopyFrom(cipher), Version = version };
        return (await _client.DecryptAsync(request, deadline: Due())).Plain.ToByteArray();
    }

    public void Dispose() => _channel.Dispose();

    private static DateTime Due() => DateTime.UtcNow + Eventually.Guard;
}
