using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Verify;

/// <summary>What <see cref="Verification"/> found.</summary>
/// <param name="Readyz">The API server's own checks.</param>
/// <param name="Checks">Ours, in their order.</param>
public sealed record VerifyResult(Readyz Readyz, IReadOnlyList<CheckLine> Checks)
{
    public int Failed => Checks.Count(c => c.Outcome == CheckOutcome.Failed);

    public int Skipped => Checks.Count(c => c.Outcome == CheckOutcome.Skipped);
}
