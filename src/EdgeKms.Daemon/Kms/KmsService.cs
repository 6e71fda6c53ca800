using System.Diagnostics.CodeAnalysis;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
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
        var call = new KmsCall(context, CallId.None);
        try
        {
            var status = provider.Status();
            call.Note(provider.Current.Stored?.Ring.Active.Id);
            return Task.FromResult(status);
        }
        catch (EdgeKmsException e)
        {
            throw call.Failed(null, e);
        }
    }

    public override Task<EncryptResponse> Encrypt(EncryptRequest request, ServerCallContext context)
    {
        var call = new KmsCall(context, CallId.Of(request.Uid));
        try
        {
            var (envelope, key) = provider.Encrypt(request.Plaintext.Span);
            call.Note(key.Id);
            return Task.FromResult(
                new EncryptResponse { Ciphertext = UnsafeByteOperations.UnsafeWrap(envelope), KeyId = key.Id.Text }
            );
        }
        catch (EdgeKmsException e)
        {
            throw call.Failed(null, e);
        }
    }

    public override async Task<DecryptResponse> Decrypt(DecryptRequest request, ServerCallContext context)
    {
        var call = new KmsCall(context, CallId.Of(request.Uid));
        var plaintext = await call.UnwrapAsync(
            keeper,
            () => provider.Decrypt(request.KeyId, request.Ciphertext.Span),
            () => provider.Find(request.KeyId)
        );
        call.Note(provider.Find(request.KeyId));
        return new DecryptResponse { Plaintext = UnsafeByteOperations.UnsafeWrap(plaintext) };
    }
}
