namespace EdgeKms.Cluster.Conformance;

/// <summary>The key ids of rotations.</summary>
internal static class RotationChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            58,
            Level.Must,
            "each rotation announces a key_id that was never used before",
            "Kubernetes documentation: a key_id is not used again",
            Needs.Rotate(NewIdsAsync)
        ),
    ];

    private static async Task<Verdict> NewIdsAsync(Trial trial)
    {
        const int Rotations = 3;
        for (var i = 0; i < Rotations; i++)
        {
            await trial.KeepSampleAsync();
            await trial.RotateAsync();
        }

        return trial.Returned.Count == 0
            ? Verdict.Pass($"{trial.Announced} key ids during this run")
            : Verdict.Fail($"\"{trial.Returned[0]}\" was announced again after another key");
    }
}
