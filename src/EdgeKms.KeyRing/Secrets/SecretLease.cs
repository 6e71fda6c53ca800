namespace EdgeKms.KeyRing.Secrets;

/// <summary>Access to a <see cref="SecretBytes"/> for the length of a scope; stack only.</summary>
public readonly ref struct SecretLease : IDisposable
{
    private readonly SecretBytes _secret;

    internal SecretLease(SecretBytes secret)
    {
        var added = false;
        secret.DangerousAddRef(ref added);
        _secret = secret;
        Span = secret.DangerousSpan();
    }

    /// <summary>The bytes themselves, not a copy.</summary>
    public Span<byte> Span { get; }

    public void Dispose() => _secret.DangerousRelease();
}
