namespace EdgeKms.Contract.Scan;

/// <summary>Older values, with the members of <see cref="ScanCount"/>.</summary>
/// <param name="Resource">As an EncryptionConfiguration names it.</param>
/// <param name="Form">As in <see cref="ScanCount"/>.</param>
/// <param name="Prefix">What the values begin with; null where they have no prefix.</param>
/// <param name="Provider">Name in the prefix.</param>
/// <param name="KeyId">Of KMS v2, and of KMS v1 where EdgeKms wrapped it.</param>
/// <param name="Values">How many.</param>
public sealed record LeftoverCount(
    string Resource,
    string Form,
    string? Prefix,
    string? Provider,
    string? KeyId,
    long Values
);
