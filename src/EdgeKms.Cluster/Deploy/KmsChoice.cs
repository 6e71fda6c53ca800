namespace EdgeKms.Cluster.Deploy;

/// <summary>Whether a deployment gets the KMS provider.</summary>
public enum KmsChoice
{
    Off,
    On,

    /// <summary>The file asks for what can't be: nothing is deployed.</summary>
    Refused,

    /// <summary>The file says nothing and the cluster is there already: it stays as it is.</summary>
    Undecided,
}
