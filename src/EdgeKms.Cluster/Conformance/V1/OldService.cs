namespace EdgeKms.Cluster.Conformance;

/// <summary>Whether a plugin offers KMS v1, and what its methods are called with.</summary>
internal static class OldService
{
    public const string ApiVersion = "v1beta1";

    /// <summary>Wraps a check that can only be made where all methods of v1beta1 are there.</summary>
    public static Func<Trial, Task<Verdict>> Offered(Func<Trial, Task<Verdict>> run) =>
        async trial =>
            (await SurfaceChecks.AbsentAsync(trial.Client, KmsMethod.V1, SurfaceChecks.OldMethods)).Count switch
            {
                0 => await run(trial),
                3 => Verdict.Skip("the plugin does not offer v1beta1"),
                _ => Verdict.Skip("the plugin offers v1beta1 in part: see check 3"),
            };
}
