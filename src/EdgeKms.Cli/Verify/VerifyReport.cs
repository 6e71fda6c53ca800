namespace EdgeKms.Cli.Verify;

/// <summary>What <c>edgekms verify -o json</c> prints.</summary>
/// <param name="ApiServer">Its address.</param>
/// <param name="Kubeconfig">The file.</param>
/// <param name="Provider">Provider name of the settings.</param>
/// <param name="KeyId">The active key; null where the daemon doesn't tell it.</param>
/// <param name="Readyz">The lines of the API server's <c>/readyz?verbose</c>.</param>
/// <param name="Checks">Ours, in their order.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Skipped">How many were skipped.</param>
/// <param name="ExitCode">What the command exits with.</param>
internal sealed record VerifyReport(
    string ApiServer,
    string Kubeconfig,
    string Provider,
    string? KeyId,
    IReadOnlyList<string> Readyz,
    IReadOnlyList<VerifiedCheck> Checks,
    int Failed,
    int Skipped,
    int ExitCode
);
