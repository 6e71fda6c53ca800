namespace EdgeKms.Cluster.Reencrypt;

/// <summary>What a run came to.</summary>
/// <param name="Resources">What became of the objects of each, earlier parts of an interrupted run included.</param>
/// <param name="Left">Objects that are not under the active key; null where nothing tells.</param>
/// <param name="Proof">What told: <c>datastore</c>, <c>metrics</c> or null.</param>
/// <param name="Example">One of those that are left, where the datastore told.</param>
/// <param name="Refused">The first objects that the API server refused to store.</param>
public sealed record ReencryptResult(
    IReadOnlyList<(string Resource, RewriteCount Count)> Resources,
    long? Left,
    string? Proof,
    string? Example,
    IReadOnlyList<RefusedObject> Refused
)
{
    public int Rewritten => Resources.Sum(r => r.Count.Rewritten);

    public int RefusedCount => Resources.Sum(r => r.Count.Refused);

    /// <summary>True where nothing is known to be under another key.</summary>
    public bool IsGood => Left is null or 0 && RefusedCount == 0;
}
