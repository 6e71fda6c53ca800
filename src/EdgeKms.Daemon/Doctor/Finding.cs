using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Daemon.Doctor;

/// <summary>What one check found.</summary>
/// <param name="Check">The check.</param>
/// <param name="Outcome">Its end.</param>
/// <param name="Text">What was found, or why nothing could be.</param>
/// <param name="Means">What that means; null for pass and skip.</param>
/// <param name="StopsApiServer">kube-apiserver can't use its Secrets, now or after the next restart.</param>
/// <param name="CanLoseData">Secrets may become unreadable for good.</param>
/// <param name="Next">The next command; null where there is nothing to do.</param>
internal sealed record Finding(
    Check Check,
    Outcome Outcome,
    string Text,
    string? Means,
    bool StopsApiServer,
    bool CanLoseData,
    string? Next
)
{
    /// <summary><c>pass</c>, <c>warn</c>, <c>fail</c> or <c>skip</c>.</summary>
    internal string Word => Outcome.ToString().ToLowerInvariant();

    internal DoctorFinding Report() => new(Check.Id, Check.Title, Word, Text, Means, StopsApiServer, CanLoseData, Next);
}
