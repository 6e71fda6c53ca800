using EdgeKms.Daemon.Errors;
using EdgeKms.Daemon.Serving;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using Grpc.Core;

namespace EdgeKms.Daemon.Kms;

/// <summary>One call of KMS v2 or v1: its note for the log, its failure, and the one reload for a key id that is unknown.</summary>
/// <param name="context">Of the call.</param>
/// <param name="uid">Of the request; none in KMS v1.</param>
internal readonly struct KmsCall(ServerCallContext context, CallId uid)
{
    /// <summary>For whoever logs and counts the call.</summary>
    internal void Note(KeyId? key, ErrorCode? problem = null, bool isHealthCheck = false) =>
        context.GetHttpContext().Features.Set(new CallNote(uid, key, problem, isHealthCheck));

    internal RpcException Failed(KeyId? key, EdgeKmsException e)
    {
        Note(key, e.Code);
        return ErrorTable.ToRpc(e.Code);
    }

    /// <summary>The plaintext; a key that another process made is looked for in the ring on disk, once.</summary>
    /// <param name="keeper">Reloads the ring.</param>
    /// <param name="unwrap">With the ring that serves at that moment.</param>
    /// <param name="key">The key that the request names, for the note of a failure.</param>
    /// <exception cref="RpcException">It could not be unwrapped.</exception>
    internal async Task<byte[]> UnwrapAsync(RingKeeper keeper, Func<byte[]> unwrap, Func<KeyId?> key)
    {
        try
        {
            try
            {
                return unwrap();
            }
            catch (EdgeKmsException e) when (e.Code == ErrorCode.KeyUnknown)
            {
                // The ring on disk may be newer than the one here.
                if (!await keeper.ReloadForUnknownKeyAsync(context.CancellationToken))
                    throw;
                return unwrap();
            }
        }
        catch (EdgeKmsException e)
        {
            throw Failed(key(), e);
        }
    }
}
