using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Writers;

/// <summary>Which provider writes each resource, as far as the API server's file tells, and the command that makes it ours.</summary>
/// <param name="File">The file; null where it isn't known.</param>
/// <param name="Provider">Name of our provider.</param>
/// <param name="Entries">Of the file, in its order: an earlier one wins where two cover a resource.</param>
/// <param name="InTheClear">Resources whose entry has nothing but <c>identity</c>: left out of a wildcard on purpose.</param>
public sealed record ConfiguredWriters(
    string? File,
    string Provider,
    IReadOnlyList<(IReadOnlyList<string> Resources, ConfiguredProvider Writes)> Entries,
    IReadOnlyList<string> InTheClear
)
{
    public static ConfiguredWriters Unknown(string provider) => new(null, provider, [], []);

    /// <param name="file">The API server's configuration; null where it isn't known.</param>
    /// <param name="provider">Name of our provider.</param>
    /// <exception cref="CommandException">Exit code 2: it isn't an EncryptionConfiguration; 8 or 9: it can't be read.</exception>
    public static ConfiguredWriters Read(string? file, string provider) =>
        file is null
            ? Unknown(provider)
            : new(file, provider, ConfiguredProviders.ReadWriters(file), ConfiguredResources.Read(file).InTheClear);

    /// <summary>Null where no entry covers the resource, which then is stored in the clear.</summary>
    public ConfiguredProvider? WriterOf(string resource) =>
        Entries.FirstOrDefault(e => e.Resources.Any(r => Covers(r, resource))).Writes;

    /// <summary>True where our provider writes it with KMS v2.</summary>
    public bool IsOwn(string resource) => WriterOf(resource) is { } writer && IsOwn(writer);

    /// <summary>Names under which our provider writes something with KMS v2: each entry has one of its own.</summary>
    public IReadOnlyList<string> OwnNames =>
        [.. Entries.Select(e => e.Writes).Where(IsOwn).Select(w => w.Name!).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// What makes our provider write these, without a file that loses a key: null where it does already, or where no file is known.
    /// </summary>
    public string? WayToOwn(IEnumerable<string> resources)
    {
        if (File is null)
            return null;
        List<string> others = [.. resources.Where(r => !IsOwn(r)).Distinct(StringComparer.Ordinal)];
        if (others.Count == 0)
            return null;
        List<ConfiguredProvider> writers = [.. others.Select(WriterOf).OfType<ConfiguredProvider>()];
        return writers.Exists(w => w.IsKmsV1 && w.Name == Provider) ? MigrateCommandLine.Renamed(File)
            : writers.Count > 0 ? MigrateCommandLine.ToKms(File)
            : Added(others);
    }

    /// <summary>What a person does about resources that no entry covers.</summary>
    internal string Added(IReadOnlyList<string> resources) =>
        $"add {string.Join(", ", resources)} to {File ?? "the API server's file"}, as an entry with the provider that \"edgekms encryption-config\" "
        + "prints and with identity last; leave every other line of it as it is";

    private bool IsOwn(ConfiguredProvider writer) =>
        writer is { IsKms: true, IsKmsV1: false } && ProviderName.IsOf(Provider, writer.Name);

    /// <summary>True where a rule of the file, wildcard or not, stands for a resource.</summary>
    internal static bool Covers(string rule, string resource)
    {
        if (rule == "*.*" || string.Equals(rule, resource, StringComparison.Ordinal))
            return true;
        var dot = resource.IndexOf('.', StringComparison.Ordinal);
        return string.Equals(rule, "*." + (dot < 0 ? "" : resource[(dot + 1)..]), StringComparison.Ordinal);
    }
}
