namespace EdgeKms.Cluster.Deploy;

/// <summary>Whether a deployment gets the KMS provider.</summary>
public enum KmsChoice
{
    Off,
    On,

    /// <summary>The file asks for what can't be: nothing is deployed.</summary>
    Refused,
}
