namespace EdgeKms.Cluster.Migrate;

/// <summary>What a migration leads to.</summary>
/// <param name="From">Kind of the provider that writes now: <c>identity</c>, <c>aescbc</c>, <c>aesgcm</c>, <c>secretbox</c>, <c>kms</c>; null takes what is there.</param>
/// <param name="To"><c>kms</c> or <c>identity</c>.</param>
/// <param name="ProviderName">Of our provider.</param>
/// <param name="KeepIdentity">True: objects in the clear stay readable afterwards.</param>
public sealed record MigrationGoal(string? From, string To, string ProviderName, bool KeepIdentity)
{
    /// <summary>Kinds of providers that can be left.</summary>
    public static readonly IReadOnlyList<string> Origins = ["identity", "aescbc", "aesgcm", "secretbox", "kms"];

    public static readonly IReadOnlyList<string> Targets = ["kms", "identity"];
}
