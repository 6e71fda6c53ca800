using System.Diagnostics.CodeAnalysis;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Daemon.Kms;

/// <summary>KMS v2 for kube-apiserver. Annotations are neither made nor looked at: the envelope authenticates itself.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "made by gRPC")]
internal sealed class KmsService(Provider provider, RingKeeper keeper, ILogger<KmsService> log)
    : KeyManagementService.KeyManagementServiceBase
{
    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        try
        {
            return Task.FromResult(provider.Status());
        }
        catch (EdgeKmsException e)
        {
            throw ErrorTable.ToRpc(e.Code);
        }
    }

    public override Task<EncryptResponse> Encrypt(EncryptRequest request, ServerCallContext context)
    {
        try
        {
            var (envelope, key) = provider.Encrypt(request.Plaintext.Span);
            DaemonLog.Encrypted(log, CallId.Of(request.Uid), key.Id);
            return Task.FromResult(
                new EncryptResponse { Ciphertext = UnsafeByteOperations.UnsafeWrap(envelope), KeyId = key.Id.Text }
            );
        }
        catch (EdgeKmsException e)
        {
            DaemonLog.CallFailed(log, "Encrypt", CallId.Of(request.Uid), e.Code);
            throw ErrorTable.ToRpc(e.Code);
        }
    }

    public override async Task<DecryptResponse> Decrypt(DecryptRequest request, ServerCallContext context)
    {
        try
        {
            return Unwrap(request);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.KeyUnknown)
        {
            // A key that another process made: the ring on disk may be newer than the one here.
            if (await keeper.ReloadForUnknownKeyAsync(context.CancellationToken))
            {
                try
                {
                    return Unwrap(request);
                }
                catch (EdgeKmsException again)
                {
                    throw Failed(request, again);
                }
            }
            throw Failed(request, e);
        }
        catch (EdgeKmsException e)
        {
            throw Failed(request, e);
        }
    }

    private DecryptResponse Unwrap(DecryptRequest request)
    {
        var plaintext = provider.Decrypt(request.KeyId, request.Ciphertext.Span);
        DaemonLog.Decrypted(log, CallId.Of(request.Uid));
        return new DecryptResponse { Plaintext = UnsafeByteOperations.UnsafeWrap(plaintext) };
    }

    private RpcException Failed(DecryptRequest request, EdgeKmsException e)
    {
        DaemonLog.CallFailed(log, "Decrypt", CallId.Of(request.Uid), e.Code);
        return ErrorTable.ToRpc(e.Code);
    }
}
