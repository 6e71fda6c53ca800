namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What became of one object; as <see cref="RewriteCount"/> has them.</summary>
internal enum RewriteOutcome
{
    Rewritten,
    Fresh,
    Gone,
    Refused,
}
