using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Stored;

/// <summary>Objects that stop the removal of a provider.</summary>
/// <param name="Group">Which.</param>
/// <param name="Reason">For people.</param>
public sealed record MigrationBlocker(StoredGroup Group, string Reason);

/// <summary>
/// What the datastore says about a configuration: nothing goes before everything below the storage prefix, whatever resource it is
/// of, was looked at and is read by what stays.
/// </summary>
/// <param name="Objects">Keys that were looked at; of 0 nothing can be said.</param>
/// <param name="Blockers">Empty where nothing needs what would go.</param>
public sealed record MigrationProof(long Objects, IReadOnlyList<MigrationBlocker> Blockers)
{
    public bool IsEnough => Objects > 0 && Blockers.Count == 0;

    /// <summary>Objects of all blockers.</summary>
    public long Unreadable => Blockers.Sum(b => b.Group.Count);

    /// <param name="census">Everything below the storage prefix.</param>
    /// <param name="prefix">Storage prefix as the datastore has it.</param>
    /// <param name="now">The configuration in force.</param>
    /// <param name="then">The one that would follow.</param>
    public static MigrationProof Of(StoredCensus census, string prefix, EncryptionFile now, EncryptionFile then) =>
        new(
            census.Objects,
            [
                .. census
                    .Groups.Where(g => !NeverEncrypted.Holds(g.Place, prefix))
                    .Select(g => (Group: g, Reason: Reason(g, now, then)))
                    .Where(g => g.Reason is not null)
                    .Select(g => new MigrationBlocker(g.Group, g.Reason!)),
            ]
        );

    /// <summary>What nothing in a configuration reads, for a datastore that may be another day's.</summary>
    public static MigrationProof Of(StoredCensus census, string prefix, EncryptionFile file) =>
        Of(census, prefix, file, file);

    private static string? Reason(StoredGroup group, EncryptionFile now, EncryptionFile then)
    {
        var what = group.Prefix is { } prefix
            ? $"stored with {prefix.Provider} \"{prefix.Name}\""
            : "stored in the clear";
        if (group.Resource is not { } resource)
            return Unserved(group, now, then) is { } reason ? $"{what}, and {reason}" : null;
        var readers = then.ProvidersOf(resource.QualifiedName);
        if (readers.Count == 0)
            return group.IsEncrypted
                ? $"{what}, and no entry of the configuration covers {resource.QualifiedName}"
                : null;
        if (readers.Any(r => r.Reads(group.Form, group.Prefix)))
            return null;
        return now.ProvidersOf(resource.QualifiedName).Any(r => r.Reads(group.Form, group.Prefix))
            ? $"still {what}"
            : $"{what}, which no provider of the configuration reads";
    }

    /// <summary>What lies there can't be stored anew, so that its provider has to stay.</summary>
    private static string? Unserved(StoredGroup group, EncryptionFile now, EncryptionFile then)
    {
        const string Why = "no resource that the API server serves is kept there, so that it can't be stored anew";
        if (group.IsEncrypted)
            return then.Entries.Any(e => e.Providers.Any(p => p.Reads(group.Form, group.Prefix))) ? null : Why;
        // In the clear it matters only where a wildcard covers a resource that nobody knows today.
        return WildcardsInTheClear(now) > WildcardsInTheClear(then) ? Why : null;
    }

    private static int WildcardsInTheClear(EncryptionFile file) =>
        file.Entries.Count(e =>
            e.Resources.Any(r => ResourceRules.Split(r).Resource == "*") && e.Providers.Any(p => p.IsIdentity)
        );
}
