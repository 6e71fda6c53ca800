using System.Net.Sockets;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace EdgeKms.Cluster.Conformance;

/// <summary>
/// A KMS client on one HTTP/2 connection: plain text, no credentials, one deadline per call, no retry, as kube-apiserver; its
/// ":authority" is that of Kubernetes 1.32 and later, unless the options name another.
/// </summary>
internal sealed class PluginClient : IDisposable
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static b => b, static b => b);

    private readonly SocketsHttpHandler handler;
    private readonly GrpcChannel channel;
    private readonly CallInvoker invoker;
    private readonly KeyManagementService.KeyManagementServiceClient kms;
    private readonly Kms.V1Beta1.KeyManagementService.KeyManagementServiceClient old;
    private readonly ConformanceOptions options;
    private readonly CancellationToken stop;
    private int connections;

    public PluginClient(PluginAddress address, ConformanceOptions options, CancellationToken stop)
    {
        this.options = options;
        this.stop = stop;
        handler = new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = async (_, cancel) =>
            {
                Interlocked.Increment(ref connections);
                var stream = new NetworkStream(await address.ConnectAsync(cancel), ownsSocket: true);
                return options.Authority == AuthorityForm.Localhost
                    ? stream
                    : new AuthorityStream(stream, options.AuthorityText);
            },
        };
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = handler });
        invoker = channel.CreateCallInvoker();
        kms = new KeyManagementService.KeyManagementServiceClient(invoker);
        old = new Kms.V1Beta1.KeyManagementService.KeyManagementServiceClient(invoker);
    }

    /// <summary>How many connections this client has opened so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    public async Task<StatusResponse> StatusAsync() => await kms.StatusAsync(new StatusRequest(), Call());

    public async Task<EncryptResponse> EncryptAsync(byte[] plaintext, string? uid = null)
    {
        var request = new EncryptRequest { Plaintext = ByteString.CopyFrom(plaintext), Uid = uid ?? Sample.NewUid() };
        return await kms.EncryptAsync(request, Call());
    }

    public async Task<byte[]> DecryptAsync(DecryptRequest request) =>
        (await kms.DecryptAsync(request, Call())).Plaintext.ToByteArray();

    /// <summary>
    /// The error of a Decrypt that must not succeed; its code is <see cref="StatusCode.OK"/> when it does.
    /// </summary>
    public Task<Grpc.Core.Status> RefusalAsync(DecryptRequest request) => RefusalAsync(() => DecryptAsync(request));

    /// <summary>The error of a call that must not succeed; its code is <see cref="StatusCode.OK"/> when it does.</summary>
    public static async Task<Grpc.Core.Status> RefusalAsync(Func<Task> call)
    {
        try
        {
            await call();
            return Grpc.Core.Status.DefaultSuccess;
        }
        catch (RpcException refused)
        {
            return refused.Status;
        }
    }

    public async Task<Kms.V1Beta1.VersionResponse> VersionAsync() =>
        await old.VersionAsync(new Kms.V1Beta1.VersionRequest { Version = OldService.ApiVersion }, Call());

    /// <summary>The cipher of Encrypt of v1beta1.</summary>
    public async Task<byte[]> EncryptV1Async(byte[] plain, string version = OldService.ApiVersion)
    {
        var request = new Kms.V1Beta1.EncryptRequest { Plain = ByteString.CopyFrom(plain), Version = version };
        return (await old.EncryptAsync(request, Call())).Cipher.ToByteArray();
    }

    /// <summary>The plaintext of Decrypt of v1beta1.</summary>
    public async Task<byte[]> DecryptV1Async(byte[] cipher, string version = OldService.ApiVersion)
    {
        var request = new Kms.V1Beta1.DecryptRequest { Cipher = ByteString.CopyFrom(cipher), Version = version };
        return (await old.DecryptAsync(request, Call())).Plain.ToByteArray();
    }

    /// <summary>Any unary method, request and response as the bytes of their messages.</summary>
    public async Task<byte[]> RawAsync(string service, string method, byte[] request)
    {
        var call = new Method<byte[], byte[]>(MethodType.Unary, service, method, Bytes, Bytes);
        return await invoker.AsyncUnaryCall(call, null, Call(), request);
    }

    public void Dispose()
    {
        channel.Dispose();
        handler.Dispose();
    }

    private CallOptions Call() =>
        new(deadline: options.Time.GetUtcNow().UtcDateTime + options.Timeout, cancellationToken: stop);
}
