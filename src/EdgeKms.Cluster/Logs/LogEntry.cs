namespace EdgeKms.Cluster.Logs;

/// <summary>One file of the archive.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Text">Its content; empty where there is none.</param>
/// <param name="Problem">Why there is none, or less than there should be; null where all is there.</param>
public sealed record LogEntry(string Name, string Text, string? Problem = null);
