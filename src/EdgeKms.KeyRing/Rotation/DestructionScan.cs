namespace EdgeKms.KeyRing.Rotation;

/// <summary>What a scan of the datastore says of one key.</summary>
/// <param name="RingId">The ring that it is of; null where it doesn't say.</param>
/// <param name="ActiveKeyId">The key that was active when it began; null where it doesn't say.</param>
/// <param name="Time">When it began (UTC).</param>
/// <param name="IsComplete">True when everything was counted.</param>
/// <param name="Objects">Objects under the key.</param>
/// <param name="Nameless">Objects of KMS that name no key: they may be under this one. Those of KMS v1 that EdgeKms wrapped do name theirs.</param>
public sealed record DestructionScan(
    string? RingId,
    string? ActiveKeyId,
    DateTime Time,
    bool IsComplete,
    long Objects,
    long Nameless
);
