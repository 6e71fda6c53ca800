namespace EdgeKms.Contract.AdminApi;

/// <summary>
/// The objects that the last scan counted under keys of our provider, by what the ring that serves now has of these keys. A rotation
/// or a restore changes it without another scan.
/// </summary>
/// <param name="Active">Under the active key, by KMS v2.</param>
/// <param name="Older">Under another key of this ring, by KMS v2.</param>
/// <param name="Unreadable">Under a key that this ring doesn't have, or that was destroyed; by KMS v2 or v1.</param>
/// <param name="UnreadableKmsV1">Those of them that are stored with KMS v1.</param>
/// <param name="UnreadableKeys">The keys that they need, those with the most objects first; at most
/// <see cref="ShownKeys"/>.</param>
public sealed record ObjectsReport(
    long Active,
    long Older,
    long Unreadable,
    long UnreadableKmsV1,
    IReadOnlyList<string> UnreadableKeys
)
{
    public const int ShownKeys = 20;

    /// <summary>Code of the problem that a status has where objects are unreadable and nothing worse is wrong.</summary>
    public const string UnreadableCode = "objects-unreadable";

    /// <summary>Page of the repository with the way back.</summary>
    public const string UnreadablePage = "docs/operate/recover-from-disaster.md#unreadable-objects";
}
