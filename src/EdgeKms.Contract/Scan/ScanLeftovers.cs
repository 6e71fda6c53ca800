namespace EdgeKms.Contract.Scan;

/// <summary>Older values that the datastore still keeps: no object any more, but whoever has the file and the key reads them.</summary>
/// <param name="Kind"><c>etcd</c>, <c>sqlite</c> or <c>snapshot</c>.</param>
/// <param name="Revision">Newest revision of the datastore.</param>
/// <param name="CompactedRevision">Values that were replaced before this revision are gone; 0 where nothing was compacted.</param>
/// <param name="WrittenSince">Counted objects that were written after it: their older values may still be there.</param>
/// <param name="Counted">False for etcd, which does not list what it keeps.</param>
/// <param name="Values">How many older values there are; 0 where they were not counted.</param>
/// <param name="Counts">The same by resource, form, provider and key id.</param>
public sealed record ScanLeftovers(
    string Kind,
    long Revision,
    long CompactedRevision,
    long WrittenSince,
    bool Counted,
    long Values,
    IReadOnlyList<LeftoverCount> Counts
);
