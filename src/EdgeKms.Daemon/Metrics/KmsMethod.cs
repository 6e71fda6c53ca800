namespace EdgeKms.Daemon.Metrics;

/// <summary>
/// The methods of KMS v2, and those of KMS v1 with <c>V1</c> before their names; whatever else a client asks for is
/// <see cref="Other"/>.
/// </summary>
internal enum KmsMethod
{
    Status,
    Encrypt,
    Decrypt,
    V1Version,
    V1Encrypt,
    V1Decrypt,
    Other,
}
