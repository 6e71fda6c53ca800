using System.Text.Json;

namespace EdgeKms.Cluster.Conformance;

/// <summary>Result of a run, as -o json writes it.</summary>
/// <param name="Schema">Name and version of this form.</param>
/// <param name="Socket">The plugin's address.</param>
/// <param name="Kubernetes">The oldest Kubernetes that the plugin was held to.</param>
/// <param name="Strict">Whether broken S and P rules count as failures.</param>
/// <param name="Quick">Whether the smaller counts were used.</param>
/// <param name="Passed">Number of checks.</param>
/// <param name="Warned">Number of checks.</param>
/// <param name="Failed">Number of checks; more than 0 is exit code 1.</param>
/// <param name="Skipped">Number of checks that could not be made.</param>
/// <param name="Checks">One entry per selected check, in the order of the numbers.</param>
public sealed record ConformanceReport(
    string Schema,
    string Socket,
    string Kubernetes,
    bool Strict,
    bool Quick,
    int Passed,
    int Warned,
    int Failed,
    int Skipped,
    IReadOnlyList<CheckResult> Checks
)
{
    public const string CurrentSchema = "edgekms.conformance/1";

    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.ConformanceReport);

    internal static ConformanceReport From(ConformanceOptions options, IReadOnlyList<CheckResult> results)
    {
        int Count(Outcome outcome) => results.Count(r => r.Outcome == outcome);
        return new(
            CurrentSchema,
            options.Plugin.Text,
            options.Kubernetes.ToString(2),
            options.Strict,
            options.Quick,
            Count(Outcome.Pass),
            Count(Outcome.Warn),
            Count(Outcome.Fail),
            Count(Outcome.Skip),
            results
        );
    }
}
