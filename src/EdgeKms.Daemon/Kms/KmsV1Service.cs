using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EdgeKms.Contract.Versions;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Envelope;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.Kms.V1Beta1;
using Google.Protobuf;
using Grpc.Core;

namespace EdgeKms.Daemon.Kms;

/// <summary>
/// KMS v1 (<c>v1beta1</c>) for old kube-apiservers; served where <c>kms.v1</c> is true. No key id travels, so each cipher
/// names its own.
/// </summary>
[SuppressMessage("Performance", "CA1812", Justification = "made by gRPC")]
internal sealed class KmsV1Service(Provider provider, RingKeeper keeper) : KeyManagementService.KeyManagementServiceBase
{
    private const string ApiVersion = "v1beta1";

    private static readonly string s_version = ProgramVersion.Of(typeof(KmsV1Service).Assembly);

    /// <summary>What kube-apiserver wraps and unwraps to see whether its provider is healthy.</summary>
    private static ReadOnlySpan<byte> Ping => "ping"u8;

    /// <summary>
    /// Always the same, sealed or not, whatever version was asked with: a client that hears another version, or an error,
    /// never gets as far as a call whose error says what to run.
    /// </summary>
    public override Task<VersionResponse> Version(VersionRequest request, ServerCallContext context)
    {
        new KmsCall(context, CallId.None).Note(null);
        return Task.FromResult(
            new VersionResponse
            {
                Version = ApiVersion,
                RuntimeName = "edgekms",
                RuntimeVersion = s_version,
            }
        );
    }

    public override Task<EncryptResponse> Encrypt(EncryptRequest request, ServerCallContext context)
    {
        var call = new KmsCall(context, CallId.None);
        try
        {
            Check(request.Version);
            var (cipher, key) = provider.EncryptV1(request.Plain.Span);
            call.Note(key.Id, isHealthCheck: IsPing(request.Plain.Span));
            return Task.FromResult(new EncryptResponse { Cipher = UnsafeByteOperations.UnsafeWrap(cipher) });
        }
        catch (EdgeKmsException e)
        {
            throw call.Failed(null, e);
        }
    }

    public override async Task<DecryptResponse> Decrypt(DecryptRequest request, ServerCallContext context)
    {
        var call = new KmsCall(context, CallId.None);
        var plain = await call.UnwrapAsync(
            keeper,
            () =>
            {
                Check(request.Version);
                return provider.DecryptV1(request.Cipher.Span);
            },
            () => Key(request)
        );
        call.Note(Key(request), isHealthCheck: IsPing(plain));
        return new DecryptResponse { Plain = UnsafeByteOperations.UnsafeWrap(plain) };
    }

    private static void Check(string version)
    {
        if (!string.Equals(version, ApiVersion, StringComparison.Ordinal))
            throw new EdgeKmsException(ErrorCode.VersionRefused);
    }

    private static bool IsPing(ReadOnlySpan<byte> text) => CryptographicOperations.FixedTimeEquals(text, Ping);

    private KeyId? Key(DecryptRequest request) =>
        KmsV1Cipher.ReadKeyId(request.Cipher.Span) is { } named ? provider.Find(named.Text) : null;
}
