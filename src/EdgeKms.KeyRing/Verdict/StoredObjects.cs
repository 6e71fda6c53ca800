using EdgeKms.KeyRing.Ring;

namespace EdgeKms.KeyRing.Verdict;

/// <summary>
/// Which stored objects a ring can read, by the key ids that a scan counted in them: pure. An object under a key that the ring
/// doesn't have, or whose material was destroyed, is unreadable: no re-encryption moves it, only a ring that has the key reads it.
/// </summary>
/// <param name="Active">Objects of KMS v2 under the active key.</param>
/// <param name="Older">Objects of KMS v2 under another key of the ring.</param>
/// <param name="Unreadable">Objects that this ring can't read, of KMS v2 and v1.</param>
/// <param name="UnreadableKmsV1">Those of them of KMS v1.</param>
/// <param name="MissingKeys">The key ids that they need, those with the most objects first.</param>
public sealed record StoredObjects(
    long Active,
    long Older,
    long Unreadable,
    long UnreadableKmsV1,
    IReadOnlyList<string> MissingKeys
)
{
    /// <param name="ring">The ring that would read them.</param>
    /// <param name="counts">Objects by key id, as it stands in them; no count is negative.</param>
    public static StoredObjects Of(RingHeader ring, IEnumerable<KeyCount> counts)
    {
        var states = ring.Keys.ToDictionary(k => k.Id.Text, k => k.State, StringComparer.Ordinal);
        var (active, older, unreadable, unreadableV1) = (0L, 0L, 0L, 0L);
        var missing = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var count in counts.Where(c => c.Objects > 0))
        {
            if (!states.TryGetValue(count.KeyId, out var state) || state == KekState.Destroyed)
            {
                unreadable += count.Objects;
                unreadableV1 += count.IsKmsV1 ? count.Objects : 0;
                missing[count.KeyId] = missing.GetValueOrDefault(count.KeyId) + count.Objects;
            }
            // Of KMS v1 no rotation moves what is stored: it is neither fresh nor stale.
            else if (!count.IsKmsV1 && state == KekState.Active)
                active += count.Objects;
            else if (!count.IsKmsV1)
                older += count.Objects;
        }
        var keys = missing.OrderByDescending(m => m.Value).ThenBy(m => m.Key, StringComparer.Ordinal);
        return new StoredObjects(active, older, unreadable, unreadableV1, [.. keys.Select(m => m.Key)]);
    }

    /// <param name="KeyId">Any text.</param>
    /// <param name="IsKmsV1">True for objects of KMS v1.</param>
    /// <param name="Objects">How many.</param>
    public readonly record struct KeyCount(string KeyId, bool IsKmsV1, long Objects);
}
