using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>How far a resource is.</summary>
/// <param name="Resource">Which objects.</param>
/// <param name="Count">What became of those of the finished pages.</param>
/// <param name="Position">The last object of the finished pages.</param>
/// <param name="Total">How many there are to look at; null where nobody says.</param>
public sealed record RewriteProgress(ApiResource Resource, RewriteCount Count, string Position, long? Total);
