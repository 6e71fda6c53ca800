using EdgeKms.Contract.Scan;

namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What a run came to.</summary>
/// <param name="Resources">What became of the objects of each, earlier parts of an interrupted run included.</param>
/// <param name="Left">Objects that are not under the active key; null where nothing tells.</param>
/// <param name="Proof">What told: <c>datastore</c>, <c>metrics</c> or null.</param>
/// <param name="Stored">The final scan; null where the datastore can't be reached.</param>
/// <param name="Refused">The first objects that the API server refused to store.</param>
public sealed record ReencryptResult(
    IReadOnlyList<(string Resource, RewriteCount Count)> Resources,
    long? Left,
    string? Proof,
    ScanReport? Stored,
    IReadOnlyList<RefusedObject> Refused
)
{
    public int Rewritten => Resources.Sum(r => r.Count.Rewritten);

    public int RefusedCount => Resources.Sum(r => r.Count.Refused);

    /// <summary>Key in the datastore of one of those that are left; null where none is, or nothing tells.</summary>
    public string? Example => Stored?.Counts.FirstOrDefault(c => !c.IsActive)?.Example;

    /// <summary>Those of <see cref="Left"/> that the ring has no key for.</summary>
    public long Unreadable => Stored?.Unreadable ?? 0;

    /// <summary>True where nothing is known to be under another key.</summary>
    public bool IsGood => Left is null or 0 && RefusedCount == 0;

    /// <summary>What a scan says.</summary>
    public static ReencryptResult Of(
        IReadOnlyList<(string Resource, RewriteCount Count)> resources,
        ScanReport stored,
        IReadOnlyList<RefusedObject> refused
    ) => new(resources, LeftIn(stored), "datastore", stored, refused);

    /// <summary>Objects that are not under the active key.</summary>
    internal static long LeftIn(ScanReport stored) => stored.Objects - stored.Active;
}
