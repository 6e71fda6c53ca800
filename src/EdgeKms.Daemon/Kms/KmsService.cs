using System.Diagnostics.CodeAnalysis;
using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.Kms.V2;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Daemon.Kms;

/// <summary>KMS v2 for kube-apiserver. Annotations are neither made nor looked at: the envelope authenticates itself.</summary>
[SuppressMessage("Performance", "CA1812", Justification = "made by gRPC")]
internal sealed class KmsService(Provider provider, RingKeeper keeper) : KeyManagementService.KeyManagementServiceBase
{
    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        try
        {
            var status = provider.Status();
            Note(context, CallId.None, provider.Current.Stored?.Ring.Active.Id);
            return Task.FromResult(status);
        }
        catch (EdgeKmsException e)
        {
            throw Failed(context, CallId.None, null, e);
        }
    }

    public override Task<EncryptResponse> Encrypt(EncryptRequest request, ServerCallContext context)
    {
        try
        {
            var (envelope, key) = provider.Encrypt(request.Plaintext.Span);
            Note(context, CallId.Of(request.Uid), key.Id);
            return Task.FromResult(
                new EncryptResponse { Ciphertext = UnsafeByteOperations.UnsafeWrap(envelope), KeyId = key.Id.Text }
            );
        }
        catch (EdgeKmsException e)
        {
            throw Failed(context, CallId.Of(request.Uid), null, e);
        }
    }

    public override async Task<DecryptResponse> Decrypt(DecryptRequest request, ServerCallContext context)
    {
        try
        {
            return Unwrap(request, context);
        }
        catch (EdgeKmsException e) when (e.Code == ErrorCode.KeyUnknown)
        {
            // A key that another process made: the ring on disk may be newer than the one here.
            if (await keeper.ReloadForUnknownKeyAsync(context.CancellationToken))
            {
                try
                {
                    return Unwrap(request, context);
                }
                catch (EdgeKmsException again)
                {
                    throw Failed(request, context, again);
                }
            }
            throw Failed(request, context, e);
        }
        catch (EdgeKmsException e)
        {
            throw Failed(request, context, e);
        }
    }

    private DecryptResponse Unwrap(DecryptRequest request, ServerCallContext context)
    {
        var plaintext = provider.Decrypt(request.KeyId, request.Ciphertext.Span);
        Note(context, CallId.Of(request.Uid), provider.Find(request.KeyId));
        return new DecryptResponse { Plaintext = UnsafeByteOperations.UnsafeWrap(plaintext) };
    }

    private RpcException Failed(DecryptRequest request, ServerCallContext context, EdgeKmsException e) =>
        Failed(context, CallId.Of(request.Uid), provider.Find(request.KeyId), e);

    private static RpcException Failed(ServerCallContext context, CallId uid, KeyId? key, EdgeKmsException e)
    {
        Note(context, uid, key, e.Code);
        return ErrorTable.ToRpc(e.Code);
    }

    /// <summary>For whoever logs and counts the call.</summary>
    private static void Note(ServerCallContext context, CallId uid, KeyId? key, ErrorCode? problem = null) =>
        context.GetHttpContext().Features.Set(new CallNote(uid, key, problem));
}
