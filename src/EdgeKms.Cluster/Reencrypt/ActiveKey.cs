using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Scan;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>The key that every object shall be stored under.</summary>
/// <param name="Provider">The provider's name; further entries of the EncryptionConfiguration have it with a number.</param>
/// <param name="Id">The key id that <c>Status</c> announces.</param>
/// <param name="Hash"><c>sha256:</c> and hex, as the API server's metrics name it.</param>
/// <param name="RingId">Its key ring; null where the daemon doesn't tell it.</param>
/// <param name="RingKeys">The keys that this ring can use; null where the daemon doesn't vouch for any.</param>
public sealed record ActiveKey(
    string Provider,
    string Id,
    string Hash,
    string? RingId = null,
    IReadOnlySet<string>? RingKeys = null
)
{
    internal ScanExpectation Expectation => new(Provider, Id, RingId, RingKeys);

    /// <summary>
    /// True for an object under a key that the ring doesn't have: the API server can't read it, so no write moves it.
    /// </summary>
    internal bool CannotMove(StoredValue value) =>
        ScanState.Of(value, isCovered: true, Expectation) == ScanState.Unreadable;

    /// <summary>True for what the provider has encrypted with this key.</summary>
    internal bool Holds(StoredValue value) =>
        value.Form == StoredForm.KmsV2 && value.KeyId == Id && Expectation.IsOwn(value.Prefix);
}
