namespace EdgeKms.Cluster.Verify;

/// <summary><c>daemon</c>: edgekmsd serves and tells the active key.</summary>
internal static class DaemonCheck
{
    internal const string Name = "daemon";

    internal static CheckLine Of(ProviderState state) =>
        state.Problem is { } problem
            ? CheckLine.Failed(
                Name,
                "edgekmsd doesn't tell its active key, or isn't well",
                problem,
                state.Next ?? "edgekms status"
            )
        : state.KeyId is { } key ? CheckLine.Ok(Name, $"edgekmsd serves, its active key is {key}")
        : CheckLine.Failed(Name, "edgekmsd has no active key", "the key ring has none", "edgekms status");
}
