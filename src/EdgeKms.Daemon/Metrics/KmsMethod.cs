namespace EdgeKms.Daemon.Metrics;

/// <summary>The methods of KMS v2; whatever else a client asks for is <see cref="Other"/>.</summary>
internal enum KmsMethod
{
    Status,
    Encrypt,
    Decrypt,
    Other,
}
