using System.Text.RegularExpressions;

namespace EdgeKms.Cluster.Conformance;

/// <summary>What Version of v1beta1 answers.</summary>
internal static partial class VersionChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            67,
            Level.Must,
            "Version of v1beta1 returns version \"v1beta1\"",
            "apiserver envelope/grpc_service.go checkAPIVersion",
            OldService.Offered(VersionAsync)
        ),
        new(
            68,
            Level.Should,
            "its runtime_name is not empty, its runtime_version a semantic version",
            "k8s.io/kms/apis/v1beta1/api.proto",
            OldService.Offered(RuntimeAsync)
        ),
    ];

    private static async Task<Verdict> VersionAsync(Trial trial)
    {
        var answer = await trial.Client.VersionAsync();
        return answer.Version == OldService.ApiVersion ? Verdict.Pass() : Verdict.Fail($"version \"{answer.Version}\"");
    }

    private static async Task<Verdict> RuntimeAsync(Trial trial)
    {
        var answer = await trial.Client.VersionAsync();
        if (answer.RuntimeName.Length == 0)
        {
            return Verdict.Fail("runtime_name is empty");
        }

        return Semantic().IsMatch(answer.RuntimeVersion)
            ? Verdict.Pass($"{answer.RuntimeName} {answer.RuntimeVersion}")
            : Verdict.Fail($"runtime_version \"{answer.RuntimeVersion}\"");
    }

    [GeneratedRegex(
        @"\Av?(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Semantic();
}
