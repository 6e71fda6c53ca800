using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.KeyRing.Changes;

/// <summary>A change that is durable.</summary>
/// <param name="Stored">The new generation.</param>
/// <param name="Backup">File name of the backup that was written; null when there is none.</param>
/// <param name="Warnings">What failed beside it.</param>
public sealed record ChangedRing(StoredRing Stored, string? Backup, IReadOnlyList<ChangeWarning> Warnings);
