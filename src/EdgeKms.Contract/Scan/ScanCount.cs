namespace EdgeKms.Contract.Scan;

/// <param name="Resource">As an EncryptionConfiguration names it, such as <c>secrets</c>.</param>
/// <param name="Form"><c>kms-v2</c>, <c>kms-v1</c>, <c>local-key</c>, <c>plain</c> or <c>unknown</c>.</param>
/// <param name="Prefix">What the values begin with, such as <c>k8s:enc:kms:v2:edgekms:</c>; null where they have no prefix.</param>
/// <param name="Provider">Name in the prefix: of the KMS provider, or of the key of the configuration file.</param>
/// <param name="KeyId">Of KMS v2, and of KMS v1 where EdgeKms wrapped it; null where the object is damaged.</param>
/// <param name="Objects">How many.</param>
/// <param name="State"><c>active</c>, <c>stale</c>, <c>unreadable</c>, <c>undecided</c>, <c>foreign</c>, <c>plain</c>, <c>kms-v1</c> or <c>not-covered</c>.</param>
/// <param name="IsActive">True for the state <c>active</c>.</param>
/// <param name="Example">Key of one of them in the datastore; null in reports of the first format that lack it.</param>
public sealed record ScanCount(
    string Resource,
    string Form,
    string? Prefix,
    string? Provider,
    string? KeyId,
    long Objects,
    string State,
    bool IsActive,
    string? Example = null
);
