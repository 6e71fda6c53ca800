using EdgeKms.Cluster.Reencrypt;

namespace EdgeKms.Cli.Reencrypt;

/// <summary>What <c>edgekms reencrypt -o json</c> prints.</summary>
/// <param name="KeyId">The active key.</param>
/// <param name="Resources">What became of the objects of each.</param>
/// <param name="Rewritten">Objects that were stored anew.</param>
/// <param name="Left">Objects that are not under the active key; null where nothing tells.</param>
/// <param name="Unreadable">Those of them under a key that the key ring doesn't have.</param>
/// <param name="Proof"><c>datastore</c>, <c>metrics</c> or null.</param>
/// <param name="Refused">The first objects that the API server refused to store.</param>
/// <param name="DryRun">True when nothing was changed.</param>
/// <param name="ExitCode">What the command exits with.</param>
internal sealed record ReencryptReport(
    string KeyId,
    IReadOnlyList<ReencryptedResource> Resources,
    int Rewritten,
    long? Left,
    long Unreadable,
    string? Proof,
    IReadOnlyList<RefusedObject> Refused,
    bool DryRun,
    int ExitCode
);
