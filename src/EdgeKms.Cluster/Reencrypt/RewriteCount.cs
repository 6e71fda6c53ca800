namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What became of the objects so far.</summary>
/// <param name="Seen">Objects that were listed.</param>
/// <param name="Rewritten">Stored anew.</param>
/// <param name="Fresh">Were as they should be: the API server stored nothing.</param>
/// <param name="Gone">Deleted or changed by someone else meanwhile, who stored them anew.</param>
public sealed record RewriteCount(int Seen, int Rewritten, int Fresh, int Gone);
