namespace EdgeKms.Cluster.Scan;

/// <summary>What the objects should be under.</summary>
/// <param name="Provider">Name of the KMS provider.</param>
/// <param name="ActiveKeyId">The active key; null where nobody said it.</param>
/// <param name="RingId">Key ring of the daemon; null where it was not asked.</param>
public sealed record ScanExpectation(string Provider, string? ActiveKeyId, string? RingId);
