using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cluster.Stored;

/// <summary>Objects of one place that are stored in one form, under one provider.</summary>
/// <param name="Resource">Whose objects they are; null where the API server serves none that is kept there.</param>
/// <param name="Place">The key up to the object's namespace or name, such as <c>/registry/secrets/</c>.</param>
/// <param name="Form">How they are stored.</param>
/// <param name="Prefix">What they begin with, where they are encrypted; else null.</param>
/// <param name="Count">How many.</param>
/// <param name="Examples">Keys of the first, at most <see cref="MostExamples"/>.</param>
/// <param name="KeyIds">Ids of the KEKs that they name, each once, at most <see cref="MostKeys"/>.</param>
public sealed record StoredGroup(
    ApiResource? Resource,
    string Place,
    StoredForm Form,
    StoredPrefix? Prefix,
    long Count,
    IReadOnlyList<string> Examples,
    IReadOnlyList<string> KeyIds
)
{
    public const int MostExamples = 3;
    public const int MostKeys = 16;

    /// <summary>Key of the first object of each of <see cref="KeyIds"/>, in their order.</summary>
    public IReadOnlyList<string> ExamplesOfKeys { get; init; } = [];

    /// <summary>True for objects that only a provider of the API server's configuration can read.</summary>
    public bool IsEncrypted => Prefix is not null;
}
