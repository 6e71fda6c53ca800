namespace EdgeKms.Contract.AdminApi;

/// <summary>How many objects of our provider name this key.</summary>
/// <param name="KeyId">As it stands in the objects: 1 to 1,024 characters, of any ring or plugin.</param>
/// <param name="KmsV1">True for those that are stored with KMS v1.</param>
/// <param name="Objects">How many; never negative.</param>
public sealed record StoredUnderKey(string KeyId, bool KmsV1, long Objects);
