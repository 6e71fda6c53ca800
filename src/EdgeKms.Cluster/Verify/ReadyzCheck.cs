using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Verify;

/// <summary><c>readyz</c>: the API server takes requests.</summary>
internal static class ReadyzCheck
{
    internal const string Name = "readyz";

    internal static CheckLine Of(Readyz readyz)
    {
        if (readyz.IsReady)
            return CheckLine.Ok(Name, "the API server is ready");
        var failed = readyz.Failed.ToList();
        return failed.Count == 0
            ? CheckLine.Failed(
                Name,
                "the API server is not ready",
                "it doesn't say which check fails: is this a Kubernetes API server?",
                "kubectl get --raw '/readyz?verbose'"
            )
            : CheckLine.Failed(
                Name,
                "the API server is not ready",
                $"these of its checks fail: {string.Join(", ", failed)}",
                $"kubectl get --raw /readyz/{failed[0]}"
            );
    }
}
