namespace EdgeKms.Cluster.Conformance;

/// <summary>What Status must keep saying.</summary>
internal static class StatusStabilityChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new(
            20,
            Level.Must,
            "version stays the same across a restart",
            "apiserver encryptionconfig/config.go: \"should not change after the initial status response\"",
            Needs.Restart(VersionAsync)
        ),
        new(
            24,
            Level.Must,
            "key_id stays the same over many Status calls without a rotation",
            "Kubernetes documentation: key_id is stable, each flip makes all data stale",
            KeyIdAsync
        ),
        new(
            25,
            Level.Must,
            "key_id stays the same across a restart",
            "Kubernetes documentation; KEP-3299: stability",
            Needs.Restart(KeyIdAcrossRestartAsync)
        ),
    ];

    private static async Task<Verdict> VersionAsync(Trial trial)
    {
        var before = (await trial.StatusAsync()).Version;
        await trial.RestartAsync();
        var after = (await trial.StatusAsync()).Version;
        return before == after ? Verdict.Pass() : Verdict.Fail($"\"{before}\" before, \"{after}\" after");
    }

    private static async Task<Verdict> KeyIdAsync(Trial trial)
    {
        var count = trial.Count(full: 1000, quick: 100);
        var first = (await trial.Client.StatusAsync()).KeyId;
        for (var i = 1; i < count; i++)
        {
            var next = (await trial.Client.StatusAsync()).KeyId;
            if (next != first)
            {
                return Verdict.Fail($"\"{first}\", then \"{next}\" at call {i + 1}");
            }
        }

        return Verdict.Pass($"{count} calls");
    }

    private static async Task<Verdict> KeyIdAcrossRestartAsync(Trial trial)
    {
        var before = (await trial.StatusAsync()).KeyId;
        await trial.RestartAsync();
        var after = (await trial.StatusAsync()).KeyId;
        return before == after ? Verdict.Pass() : Verdict.Fail($"\"{before}\" before, \"{after}\" after");
    }
}
