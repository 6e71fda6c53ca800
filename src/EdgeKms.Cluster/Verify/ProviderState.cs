using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cluster.Verify;

/// <summary>What the daemon's admin socket said.</summary>
/// <param name="KeyId">The active key, which <c>Status</c> announces; null where it isn't known.</param>
/// <param name="KeyHash"><c>sha256:</c> and the hex SHA-256 of the key id, as the API server's metrics print it.</param>
/// <param name="Problem">What is wrong; null where the daemon serves and is well.</param>
/// <param name="Next">What to do about it.</param>
/// <param name="RingId">The key ring; null where it isn't known.</param>
/// <param name="KmsV1">True where it serves KMS v1 too.</param>
/// <param name="RingKeys">The keys that its ring can use; null where it doesn't vouch for any.</param>
/// <param name="Objects">What the ring has of the keys that the last scan counted; null where no scan was told.</param>
public sealed record ProviderState(
    string? KeyId,
    string? KeyHash,
    string? Problem,
    string? Next,
    string? RingId = null,
    bool KmsV1 = false,
    IReadOnlySet<string>? RingKeys = null,
    ObjectsReport? Objects = null
);
