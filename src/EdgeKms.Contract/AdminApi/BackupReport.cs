namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms backup -o json</c> prints.</summary>
/// <param name="Path">The file.</param>
/// <param name="RingId">The ring.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Keys">How many KEKs are in it.</param>
/// <param name="Opened">True when the node token opened the backup and every key passed its self-test; false when the
/// ring is sealed, so that only the digest was compared.</param>
/// <param name="DryRun">True when nothing was written.</param>
public sealed record BackupReport(string Path, string RingId, long Generation, int Keys, bool Opened, bool DryRun);
