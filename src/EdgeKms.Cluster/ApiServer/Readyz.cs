namespace EdgeKms.Cluster.ApiServer;

/// <summary>The answer of <c>/readyz?verbose</c>.</summary>
/// <param name="IsReady">True for 200.</param>
/// <param name="Lines">The lines as the API server wrote them.</param>
public sealed record Readyz(bool IsReady, IReadOnlyList<string> Lines)
{
    /// <summary>The check of an API server that watches its encryption configuration; others don't have it.</summary>
    public const string AutomaticReload = "poststarthook/start-encryption-provider-config-automatic-reload";

    private const string Good = "[+]";
    private const string Bad = "[-]";

    /// <summary>Names of the checks that failed.</summary>
    public IEnumerable<string> Failed => Lines.Where(l => l.StartsWith(Bad, StringComparison.Ordinal)).Select(Name);

    internal static Readyz Of(ApiAnswer answer) =>
        new(answer.Succeeded, answer.Text().Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The checks of KMS providers: one for all, or <c>kms-provider-0</c> and so on without automatic reload.</summary>
    public IReadOnlyList<string> KmsChecks =>
        [.. Checks.Select(Name).Where(n => n.StartsWith("kms-provider", StringComparison.Ordinal))];

    /// <summary>True where there is such a check, passed or not.</summary>
    public bool Has(string name) => Checks.Any(l => Name(l) == name);

    private IEnumerable<string> Checks =>
        Lines.Where(l => l.StartsWith(Good, StringComparison.Ordinal) || l.StartsWith(Bad, StringComparison.Ordinal));

    /// <summary><c>[+]ping ok</c>, <c>[-]etcd failed: reason withheld</c>.</summary>
    private static string Name(string line) => line[Good.Length..].Split(' ')[0];
}
