namespace EdgeKms.Cluster.Migrate;

/// <summary>What a migration leads to.</summary>
/// <param name="From">Kind of the provider that writes now: <c>identity</c>, <c>aescbc</c>, <c>aesgcm</c>, <c>secretbox</c>, <c>kms</c>; null takes what is there.</param>
/// <param name="To"><c>kms</c>, <c>identity</c>, <c>aescbc</c> or <c>secretbox</c>.</param>
/// <param name="ProviderName">Of our provider.</param>
/// <param name="KeepIdentity">True: objects in the clear stay readable afterwards, where they were before.</param>
public sealed record MigrationGoal(string? From, string To, string ProviderName, bool KeepIdentity)
{
    /// <summary>Kinds of providers that can be left.</summary>
    public static readonly IReadOnlyList<string> Origins = ["identity", "aescbc", "aesgcm", "secretbox", "kms"];

    /// <summary>
    /// Kinds that can be reached. aesgcm is none: its key must change every 200,000 writes, and nothing here would do that
    /// (kubernetes.io, Encrypting Confidential Data at Rest).
    /// </summary>
    public static readonly IReadOnlyList<string> Targets = ["kms", "identity", "aescbc", "secretbox"];

    /// <summary>A kept file whose providers are to be read as well, for a datastore that was restored; else null.</summary>
    public string? ReadersFrom { get; init; }

    /// <summary>True where both lead to the same place; <see cref="From"/> and <see cref="ReadersFrom"/> only say how.</summary>
    public bool LeadsLike(MigrationGoal other) =>
        (To, ProviderName, KeepIdentity) == (other.To, other.ProviderName, other.KeepIdentity);
}
