namespace EdgeKms.Cluster.Migrate;

/// <summary>How far a migration came.</summary>
/// <param name="Plan">What it went through.</param>
/// <param name="Rewritten">Objects that were stored anew by this run.</param>
/// <param name="Proof">What the datastore said; null where it was not asked.</param>
/// <param name="IsFinished">False where the old provider is still readable, for want of a proof.</param>
public sealed record MigrationResult(MigrationPlan Plan, int Rewritten, StoredProof? Proof, bool IsFinished);
