namespace EdgeKms.Cluster.Verify;

public enum CheckOutcome
{
    Ok,
    Failed,

    /// <summary>What it needs isn't there; says nothing about the cluster.</summary>
    Skipped,
}
