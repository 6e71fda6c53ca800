using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Scan;

/// <summary>What the objects should be under.</summary>
/// <param name="Provider">Name of the KMS provider; its other names in the same file (<see cref="ProviderName"/>) are meant as well.</param>
/// <param name="ActiveKeyId">The active key; null where nobody said it.</param>
/// <param name="RingId">Key ring of the daemon; null where it was not asked.</param>
/// <param name="RingKeys">The keys that this ring can use, as the daemon tells them; null where nobody told them, and nothing is
/// called unreadable.</param>
public sealed record ScanExpectation(
    string Provider,
    string? ActiveKeyId,
    string? RingId,
    IReadOnlySet<string>? RingKeys = null
)
{
    internal bool IsOwn(StoredPrefix? prefix) =>
        prefix is { Provider: "kms" } && ProviderName.IsOf(Provider, prefix.Name);
}
