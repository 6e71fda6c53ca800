namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What became of the objects so far.</summary>
/// <param name="Seen">Objects that were listed.</param>
/// <param name="Rewritten">Stored anew.</param>
/// <param name="Fresh">Were as they should be: the API server stored nothing.</param>
/// <param name="Gone">Deleted or changed by someone else meanwhile, who stored them anew.</param>
/// <param name="Refused">The API server doesn't store them: a webhook or a rule is against it.</param>
public sealed record RewriteCount(int Seen, int Rewritten, int Fresh, int Gone, int Refused = 0)
{
    public static RewriteCount None { get; } = new(0, 0, 0, 0);

    /// <summary>Those of which it is known what became of them.</summary>
    public int Done => Rewritten + Fresh + Gone + Refused;

    public static RewriteCount operator +(RewriteCount a, RewriteCount b) =>
        new(a.Seen + b.Seen, a.Rewritten + b.Rewritten, a.Fresh + b.Fresh, a.Gone + b.Gone, a.Refused + b.Refused);
}
