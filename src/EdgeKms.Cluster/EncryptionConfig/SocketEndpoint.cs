namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// The endpoint of a KMS provider: kube-apiserver parses it with Go's url.Parse, wants the scheme <c>unix</c> and takes
/// the decoded path (k8s.io/apiserver, options/encryptionconfig).
/// </summary>
public static class SocketEndpoint
{
    /// <summary>Null when a socket path can be written as an endpoint, else why not.</summary>
    public static string? Refuse(string socketPath) =>
        socketPath.StartsWith("/@", StringComparison.Ordinal)
            ? $"kube-apiserver takes {socketPath} for an abstract socket"
            : null;

    /// <summary><c>unix:///run/edgekms/kms.sock</c>; everything but unreserved characters is percent-encoded.</summary>
    public static string Of(string socketPath) =>
        "unix://" + string.Join('/', socketPath.Split('/').Select(Uri.EscapeDataString));
}
