namespace EdgeKms.KeyRing.Envelope;

/// <summary>What separates one sealed format from every other.</summary>
/// <param name="key">Before the salt, in the derivation of the subkey; at most 95 bytes.</param>
/// <param name="aad">The first field of the AAD; at most 76 bytes.</param>
internal readonly ref struct SealLabels(ReadOnlySpan<byte> key, ReadOnlySpan<byte> aad)
{
    internal ReadOnlySpan<byte> Key { get; } = key;

    internal ReadOnlySpan<byte> Aad { get; } = aad;
}
