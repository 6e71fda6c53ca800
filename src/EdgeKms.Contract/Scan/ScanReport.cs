namespace EdgeKms.Contract.Scan;

/// <summary>
/// What <c>edgekms scan -o json</c> prints: the stored objects, counted. It is also the evidence that no object needs a key any more.
/// Members may be added; none is renamed or removed within a format.
/// </summary>
/// <param name="Format"><see cref="CurrentFormat"/>.</param>
/// <param name="Time">When the scan began, UTC.</param>
/// <param name="Datastore">What was read, for people.</param>
/// <param name="ClusterPrefix">The API server's <c>--etcd-prefix</c>, such as <c>/registry</c>.</param>
/// <param name="RingId">Key ring of the daemon; null where it was not asked or does not answer.</param>
/// <param name="Provider">Name of the KMS provider whose objects are <c>active</c> or <c>stale</c>; those of its further entries
/// (<c>NAME-2</c>) are as well.</param>
/// <param name="ActiveKeyId">The active key; null where nobody said it.</param>
/// <param name="Scope"><c>configuration</c>, <c>resources</c> (named one by one), <c>secrets</c> (nothing was said) or <c>all</c>.</param>
/// <param name="Resources">Resources that have to be encrypted, as an EncryptionConfiguration names them.</param>
/// <param name="Objects">Objects that were counted; the sum of the counts.</param>
/// <param name="Counts">By resource, form, provider and key id.</param>
/// <param name="Active">Under the active key.</param>
/// <param name="Stale">Under another key of the provider that the ring has; a no-op write moves them.</param>
/// <param name="Foreign">Of another provider, under a key of the configuration file, or of no form that is known.</param>
/// <param name="Plain">In the clear, though their resource has to be encrypted.</param>
/// <param name="KmsV1">Encrypted by KMS v1: whatever key of the ring it is, a no-op write does not move them.</param>
/// <param name="Undecided">Of the provider, while the active key is not known.</param>
/// <param name="NotCovered">In the clear, of resources that need not be encrypted.</param>
/// <param name="Leftovers">What the datastore still keeps of the past.</param>
/// <param name="Complete">True where every object was counted that may be under a key of the provider.</param>
/// <param name="Gaps">Why it is not complete; empty where it is.</param>
/// <param name="ExitCode">What the command exits with: 0, 1, 2, or 11 where the active key is needed and not known.</param>
/// <param name="Unreadable">Of the provider, under a key that the daemon's ring doesn't have; 0 where it was not asked.</param>
public sealed record ScanReport(
    string Format,
    DateTime Time,
    string Datastore,
    string ClusterPrefix,
    string? RingId,
    string Provider,
    string? ActiveKeyId,
    string Scope,
    IReadOnlyList<string> Resources,
    long Objects,
    IReadOnlyList<ScanCount> Counts,
    long Active,
    long Stale,
    long Foreign,
    long Plain,
    long KmsV1,
    long Undecided,
    long NotCovered,
    ScanLeftovers Leftovers,
    bool Complete,
    IReadOnlyList<string> Gaps,
    int ExitCode,
    long Unreadable = 0
)
{
    /// <summary>The format that this program writes and reads.</summary>
    public const string CurrentFormat = "edgekms-scan/1";
}
