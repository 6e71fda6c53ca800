namespace EdgeKms.Cluster.Conformance;

/// <summary>The forms of ":authority" that Kubernetes versions send.</summary>
internal static class AuthorityChecks
{
    private const string BeforeFix =
        "grpc-go's default authority; v2 before Kubernetes 1.32 and every v1beta1 client, k/k 126929";

    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            5,
            Level.Must,
            ":authority \"localhost\" is accepted",
            "apiserver kmsv2/grpc_service.go WithAuthority since 1.32, k/k PR 126930",
            trial => OneAsync(trial, "localhost")
        ),
        new(
            6,
            Level.Must,
            ":authority is the percent-encoded socket path (v1beta1, and Kubernetes before 1.32)",
            BeforeFix,
            EncodedPathAsync
        ),
        new(7, Level.Must, ":authority is \"@name\" for an abstract socket", BeforeFix, AbstractNameAsync),
        new(
            8,
            Level.Project,
            ":authority is the raw path, empty or missing (Kubernetes 1.20 and older)",
            "measured: grpc-go 1.27 sends the raw path",
            OldFormsAsync
        ),
    ];

    private static async Task<Verdict> OneAsync(Trial trial, string? authority)
    {
        var answer = await CallAsync(trial, KmsMethod.StatusPath, authority, []);
        return answer.Succeeded ? Verdict.Pass() : Verdict.Fail(answer.Problem);
    }

    private static async Task<Verdict> EncodedPathAsync(Trial trial)
    {
        if (trial.Options.Plugin.IsAbstract)
        {
            return Verdict.Skip("the socket is abstract: check 7");
        }

        var authority = trial.Options.Plugin.DefaultAuthority;
        var v1 = await CallAsync(trial, KmsMethod.VersionPath, "localhost", KmsMethod.VersionRequest);
        if (v1.Succeeded)
        {
            v1 = await CallAsync(trial, KmsMethod.VersionPath, authority, KmsMethod.VersionRequest);
            if (!v1.Succeeded)
            {
                return Verdict.Fail($"v1beta1, which the plugin offers: {v1.Problem}");
            }
        }

        return BeforeFixOnly(trial, await OneAsync(trial, authority));
    }

    private static async Task<Verdict> AbstractNameAsync(Trial trial) =>
        trial.Options.Plugin.IsAbstract
            ? BeforeFixOnly(trial, await OneAsync(trial, trial.Options.Plugin.DefaultAuthority))
            : Verdict.Skip("the socket is a path, not an abstract name");

    private static async Task<Verdict> OldFormsAsync(Trial trial)
    {
        var refused = new List<string>();
        foreach (
            var (name, authority) in new[]
            {
                ("the raw path", trial.Options.Plugin.Text),
                ("empty", ""),
                ("missing", null),
            }
        )
        {
            var answer = await CallAsync(trial, KmsMethod.StatusPath, authority, []);
            if (!answer.Succeeded)
            {
                refused.Add($"{name}: {answer.Problem}");
            }
        }

        return refused.Count == 0 ? Verdict.Pass() : Verdict.Fail(string.Join("; ", refused));
    }

    /// <summary>From Kubernetes 1.32 on the v2 client sends "localhost": no rule any more, but worth a word.</summary>
    private static Verdict BeforeFixOnly(Trial trial, Verdict verdict) =>
        verdict.Outcome == Outcome.Fail && trial.Options.Kubernetes >= ConformanceOptions.AuthorityFixed
            ? Verdict.Warn($"{verdict.Reason}; Kubernetes before 1.32 can't use this plugin")
            : verdict;

    private static async Task<RawAnswer> CallAsync(Trial trial, string path, string? authority, byte[] message)
    {
        using var limit = trial.Limit(trial.Options.Timeout);
        using var connection = await RawHttp2Connection.OpenAsync(trial.Options.Plugin, limit.Token);
        return await connection.CallAsync(path, authority, message, limit.Token);
    }
}
