namespace EdgeKms.Cluster.Conformance;

/// <summary>The names of the two KMS services, as the protos of k8s.io/kms spell them.</summary>
internal static class KmsMethod
{
    public const string V2 = "v2.KeyManagementService";
    public const string V1 = "v1beta1.KeyManagementService";
    public const string StatusPath = "/" + V2 + "/Status";
    public const string VersionPath = "/" + V1 + "/Version";

    /// <summary>VersionRequest { version = "v1beta1" }.</summary>
    public static byte[] VersionRequest { get; } = [0x0a, 7, .. "v1beta1"u8];
}
