using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Migrate;

/// <summary>
/// The configurations that a migration goes through (kms-plugin-contract.md 2.17): at every moment all that is stored is
/// readable.
/// </summary>
/// <param name="Before">The file as it was.</param>
/// <param name="Both">The new provider writes, the old ones are read.</param>
/// <param name="After">The new provider alone.</param>
/// <param name="Back">The old providers write, the new one is read: the way back.</param>
/// <param name="Resources">Resources of the entries that change.</param>
/// <param name="Target">The new provider.</param>
/// <param name="Left">Providers that are left.</param>
public sealed record MigrationPlan(
    byte[] Before,
    byte[] Both,
    byte[] After,
    byte[] Back,
    IReadOnlyList<string> Resources,
    ConfiguredProvider Target,
    IReadOnlyList<ConfiguredProvider> Left
)
{
    /// <summary>True where the file is as the goal wants it already.</summary>
    public bool IsDone => Resources.Count == 0;

    /// <exception cref="CommandException">Exit code 3: the file writes with another provider than the goal says, or has
    /// the goal's name for KMS v1.</exception>
    public static MigrationPlan Make(ConfigurationText file, string path, MigrationGoal goal, ProviderText target)
    {
        var changed = file.Entries.Where(e => !IsThere(e, target, goal.KeepIdentity)).ToList();
        var first = changed.FirstOrDefault(e =>
            goal.From is not null && e.First != target.Provider && e.First.Kind != goal.From
        );
        if (first is not null)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{path} stores {string.Join(", ", first.Resources)} with {first.First}, not with {goal.From}",
                $"say --from {first.First.Kind}"
            );
        }
        var namesake = changed
            .SelectMany(e => Others(e, target))
            .Select(p => p.Provider)
            .FirstOrDefault(p => p.IsKmsV1 && p.Name == target.Provider.Name);
        if (namesake is not null)
        {
            throw new CommandException(
                ExitCode.Refused,
                $"{path} has a provider of KMS v1 with the name {namesake.Name} already: KMS v2 needs another one",
                "give the provider another name (providerName in edgekms.json), then run the same command again"
            );
        }
        return new MigrationPlan(
            file.Bytes.ToArray(),
            file.With(e => changed.Contains(e) ? BothOf(e, target) : null),
            file.With(e => changed.Contains(e) ? AfterOf(target, goal.KeepIdentity) : null),
            file.With(e => changed.Contains(e) ? BackOf(e, target) : null),
            [.. changed.SelectMany(e => e.Resources).Distinct(StringComparer.Ordinal)],
            target.Provider,
            [.. changed.SelectMany(e => Others(e, target)).Select(p => p.Provider).Distinct()]
        );
    }

    private static bool IsThere(ConfiguredEntry entry, ProviderText target, bool keepIdentity) =>
        entry.First == target.Provider
        && Others(entry, target).All(p => p.Provider.IsIdentity && keepIdentity && !target.Provider.IsIdentity);

    private static IEnumerable<ProviderText> Others(ConfiguredEntry entry, ProviderText target) =>
        entry.Providers.Where(p => p.Provider != target.Provider);

    private static List<ProviderText> BothOf(ConfiguredEntry entry, ProviderText target) =>
        InOrder([target, .. Others(entry, target)]);

    private static List<ProviderText> AfterOf(ProviderText target, bool keepIdentity) =>
        keepIdentity && !target.Provider.IsIdentity
            ? InOrder([target, ProviderText.Identity(isFirst: false)])
            : [target];

    /// <summary>As it was, with the new provider added; <c>identity</c> stays first where it writes.</summary>
    private static List<ProviderText> BackOf(ConfiguredEntry entry, ProviderText target)
    {
        var others = Others(entry, target).ToList();
        return others.Count == 0 ? [target] : InOrder([others[0], target, .. others.Skip(1)]);
    }

    /// <summary><c>identity</c> is last where it isn't first, with the comment that goes with its place.</summary>
    private static List<ProviderText> InOrder(IReadOnlyList<ProviderText> providers)
    {
        var first = providers[0].Provider.IsIdentity;
        List<ProviderText> ordered = [.. providers.Where(p => !p.Provider.IsIdentity).Select(WithoutOwnComments)];
        if (providers.Any(p => p.Provider.IsIdentity))
            ordered.Insert(first ? 0 : ordered.Count, ProviderText.Identity(first));
        return ordered;
    }

    private static ProviderText WithoutOwnComments(ProviderText text) =>
        text with
        {
            Lines = [.. text.Lines.Where(l => !ProviderText.IsOwnComment(l))],
        };
}
