namespace EdgeKms.Cluster.Reencrypt;

/// <summary>How far one resource is, as the journal keeps it.</summary>
/// <param name="Resource">As an EncryptionConfiguration names it.</param>
/// <param name="Position">Last object of the finished pages; null before the first.</param>
/// <param name="IsDone">True once its list came to its end.</param>
/// <param name="Count">Of the finished pages.</param>
internal sealed record ResourceState(string Resource, string? Position, bool IsDone, RewriteCount Count);
