using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>identity</c>: the provider that stores in the clear stands last, or is gone.</summary>
internal static class IdentityCheck
{
    internal const string Name = "identity";

    internal static CheckLine Of(IReadOnlyList<ConfiguredProvider> providers)
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
                "edgekms encryption-config --identity last, into the API server's file"
            );
        }
        return place == providers.Count - 1
            ? CheckLine.Ok(
                Name,
                "last: take it out once every object is encrypted (edgekms encryption-config --identity none)"
            )
            : CheckLine.Failed(
                Name,
                $"identity stands before {providers[place + 1]}",
                "objects in the clear are looked for before those of the providers after it",
                "edgekms encryption-config --identity last, into the API server's file"
            );
    }
}
