using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Writers;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>identity</c>: the provider that stores in the clear stands last, or is gone.</summary>
internal static class IdentityCheck
{
    internal const string Name = "identity";

    /// <param name="file">The API server's configuration.</param>
    /// <param name="providers">Of Secrets, in their order.</param>
    internal static CheckLine Of(string file, IReadOnlyList<ConfiguredProvider> providers)
    {
        var place = providers.ToList().FindIndex(p => p.IsIdentity);
        if (place < 0)
        {
            return providers.Count == 0
                ? CheckLine.Skipped(Name, "no provider for secrets")
                : CheckLine.Ok(Name, "gone: an object in the clear is refused");
        }
        if (place == 0)
        {
            return CheckLine.Failed(
                Name,
                "identity is the first provider for secrets",
                "the first provider writes: everything new is stored in the clear",
                MigrateCommandLine.ToKms(file)
            );
        }
        return place == providers.Count - 1
            ? CheckLine.Ok(
                Name,
                $"last: once every object is encrypted, \"{MigrateCommandLine.ToKms(file)}\" takes it out"
            )
            : CheckLine.Failed(
                Name,
                $"identity stands before {providers[place + 1]}",
                "objects in the clear are looked for before those of the providers after it",
                MigrateCommandLine.ToKms(file)
            );
    }
}
