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

    /// <summary>
    /// Null when kube-apiserver takes an endpoint that stands in a file, else why not. Whether somebody listens there is
    /// another question.
    /// </summary>
    public static string? RefuseText(string? endpoint)
    {
        if (string.IsNullOrEmpty(endpoint))
            return "there is no endpoint";
        if (endpoint.Any(c => c < ' ' || c == 0x7f) || !HasWholeEscapes(endpoint))
            return $"endpoint {endpoint} is no URL";
        var colon = endpoint.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && endpoint[..colon].Equals("unix", StringComparison.OrdinalIgnoreCase)
            ? RefuseHost(endpoint[(colon + 1)..])
            : $"endpoint {endpoint} does not begin with unix://";
    }

    /// <summary>The socket's path, as kube-apiserver takes it; null where the endpoint is none.</summary>
    public static string? PathOf(string? endpoint)
    {
        if (RefuseText(endpoint) is not null)
            return null;
        var rest = endpoint![5..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
            rest = rest.IndexOf('/', 2) is >= 0 and var slash ? rest[slash..] : "";
        var path = rest.Split('?', '#')[0];
        return Uri.UnescapeDataString(path);
    }

    private static bool HasWholeEscapes(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return false;
        }
        return true;
    }

    /// <summary>What stands between <c>//</c> and the path is a host for Go, which has rules of its own.</summary>
    private static string? RefuseHost(string rest)
    {
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return null;
        var end = rest.IndexOfAny(['/', '?', '#'], 2);
        var host = end < 0 ? rest[2..] : rest[2..end];
        // A port is digits, or nothing after its colon (net/url, validOptionalPort, shouldEscape).
        var colon = host.LastIndexOf(':');
        var name = colon >= 0 && host[(colon + 1)..].All(char.IsAsciiDigit) ? host[..colon] : host;
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c > 0x7f || "-._~!$&'()*+,;=<>\"".Contains(c))
            ? null
            : $"endpoint unix:{rest} is no URL with a host that can be";
    }

    /// <summary><c>unix:///run/edgekms/kms.sock</c>; everything but unreserved characters is percent-encoded.</summary>
    public static string Of(string socketPath) =>
        "unix://" + string.Join('/', socketPath.Split('/').Select(Uri.EscapeDataString));
}
