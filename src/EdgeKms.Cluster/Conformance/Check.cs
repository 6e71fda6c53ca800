namespace EdgeKms.Cluster.Conformance;

/// <summary>One check of spec/conformance.md that a raw client can make.</summary>
/// <param name="Number">Its number there, "1" to "80a".</param>
/// <param name="Level">How binding the rule is.</param>
/// <param name="Title">What must be seen.</param>
/// <param name="Source">Where the rule comes from.</param>
/// <param name="Run">
/// Makes the check; an RPC error or a <see cref="ConformanceException"/> that it lets out is a failure.
/// </param>
internal sealed record Check(
    CheckNumber Number,
    Level Level,
    string Title,
    string Source,
    Func<Trial, Task<Verdict>> Run
)
{
    /// <summary>The part of spec/conformance.md that the number belongs to.</summary>
    public string Section =>
        Number.Value switch
        {
            <= 18 => "transport",
            <= 32 => "status",
            <= 44 => "encrypt",
            <= 57 => "decrypt",
            <= 66 => "rotation",
            <= 75 => "v1beta1",
            _ => "api server",
        };
}
