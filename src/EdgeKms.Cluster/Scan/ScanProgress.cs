namespace EdgeKms.Cluster.Scan;

/// <param name="Resource">What is read now.</param>
/// <param name="Objects">Counted so far.</param>
/// <param name="Total">How many there will be.</param>
public readonly record struct ScanProgress(string Resource, long Objects, long Total);
