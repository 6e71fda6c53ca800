namespace EdgeKms.Contract.AdminApi;

/// <summary>
/// How far the stored objects have followed the active key, as <c>edgekms reencrypt --watch</c> tells the daemon
/// (<c>PUT /v1/reencryption</c>). It holds no key; the daemon passes it on in its status and believes nothing of it.
/// </summary>
/// <param name="KeyId">The active key at that time.</param>
/// <param name="State"><c>waiting</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Objects">Objects that were counted; null where nobody has counted yet.</param>
/// <param name="Stale">Those under other keys; null where nobody has counted yet.</param>
/// <param name="ProvenAt">When the datastore said so (UTC); null where it has not.</param>
/// <param name="Problem">Why it is not done; null where it is, or goes on.</param>
public sealed record ReencryptionReport(
    string KeyId,
    string State,
    long? Objects,
    long? Stale,
    DateTime? ProvenAt,
    string? Problem
);
