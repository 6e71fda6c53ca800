namespace EdgeKms.Cluster.Scan;

/// <summary>What the objects should be under.</summary>
/// <param name="Provider">Name of the KMS provider.</param>
/// <param name="ActiveKeyId">The active key; null where nobody said it.</param>
/// <param name="RingId">Key ring of the daemon; null where it was not asked.</param>
/// <param name="RingKeys">The keys that this ring can use, as the daemon tells them; null where nobody told them, and nothing is
/// called unreadable.</param>
public sealed record ScanExpectation(
    string Provider,
    string? ActiveKeyId,
    string? RingId,
    IReadOnlySet<string>? RingKeys = null
);
