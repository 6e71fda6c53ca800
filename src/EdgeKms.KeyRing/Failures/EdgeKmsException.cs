namespace EdgeKms.KeyRing.Failures;

/// <summary>
/// The one exception of the key ring: misuse and I/O. A ciphertext that fails authentication is a <c>false</c> instead.
/// </summary>
/// <param name="code">What happened.</param>
/// <param name="detail">For the administrator of this machine: may name paths, never secrets. It never leaves the
/// machine: kube-apiserver sees the public text of the code only.</param>
public sealed class EdgeKmsException(ErrorCode code, string? detail = null, Exception? inner = null)
    : Exception(detail ?? code.ToString(), inner)
{
    public ErrorCode Code { get; } = code;

    public string? Detail { get; } = detail;

    /// <summary>What to do next, where the one that threw knows better than the table of codes; as discreet as the detail.</summary>
    public string? Hint { get; init; }
}
