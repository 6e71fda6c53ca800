using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;
using EdgeKms.Kms.V2;

namespace EdgeKms.Daemon.Kms;

/// <summary>What the calls of kube-apiserver read: one reference, never changed, exchanged as a whole.</summary>
internal sealed class Snapshot
{
    /// <summary>Nothing can work: there is no unsealed ring.</summary>
    internal Snapshot(ErrorCode problem) => Problem = problem;

    /// <summary>An unsealed, self-tested ring.</summary>
    internal Snapshot(StoredRing stored)
    {
        Stored = stored;
        Status = new StatusResponse
        {
            Version = "v2",
            Healthz = "ok",
            KeyId = stored.Ring.Active.Id.Text,
        };
    }

    /// <summary>The ring; null when <see cref="Problem"/> says why not.</summary>
    internal StoredRing? Stored { get; }

    internal ErrorCode Problem { get; }

    /// <summary>The answer to Status, made once.</summary>
    internal StatusResponse? Status { get; }
}
