namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms keys destroy -o json</c> prints.</summary>
/// <param name="RingId">The ring.</param>
/// <param name="KeyId">The key.</param>
/// <param name="Generation">The ring's generation, after the change.</param>
/// <param name="Digest">Of the plan: SHA-256, hex.</param>
/// <param name="Plan">The plan in words.</param>
/// <param name="Applied">True when the key is destroyed.</param>
/// <param name="OlderGenerations">Ring files that held it too, and were or would be deleted.</param>
/// <param name="Backups">Sealed backups that hold it and stay; null where no folder is configured.</param>
/// <param name="Warnings">What failed beside the change, which stands.</param>
/// <param name="DaemonReloaded">True when the daemon serves the new generation.</param>
public sealed record DestroyReport(
    string RingId,
    string KeyId,
    long Generation,
    string Digest,
    IReadOnlyList<string> Plan,
    bool Applied,
    int OlderGenerations,
    int? Backups,
    IReadOnlyList<string> Warnings,
    bool DaemonReloaded
);
