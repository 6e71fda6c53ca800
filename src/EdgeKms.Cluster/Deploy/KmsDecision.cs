namespace EdgeKms.Cluster.Deploy;

/// <summary>What a deployment file means for the KMS provider.</summary>
/// <param name="Choice">On, off, or refused.</param>
/// <param name="Reason">Why, in words for a person; lower case, no full stop.</param>
/// <param name="Hint">What to do about it; null where nothing is to be done.</param>
public sealed record KmsDecision(KmsChoice Choice, string Reason, string? Hint = null);
