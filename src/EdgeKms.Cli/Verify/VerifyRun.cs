using EdgeKms.Cli.Status;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Verify;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Verify;

/// <summary>One run of the checks, as the report that <c>verify</c> and <c>logs</c> show.</summary>
internal static class VerifyRun
{
    /// <exception cref="CommandException">Exit code 11: no API server answers; 9: it refuses this user.</exception>
    internal static async Task<VerifyReport> ReportAsync(
        KubeConfig kubeConfig,
        DatastoreFlags datastore,
        string? prefix,
        EdgeKmsSettings settings,
        string? encryptionConfig,
        string space,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var daemon = await ProviderStates.AskAsync(DaemonSockets.Of(settings), cancellation);
        var expected = new Expectation(
            settings.ProviderName,
            settings.KmsSocket,
            daemon,
            encryptionConfig,
            space,
            prefix ?? "/registry"
        )
        {
            NamedPrefix = prefix,
            IsDatastoreNamed = datastore.EtcdEndpoints.Count > 0 || datastore.SqliteFile is not null,
            KeptFiles = encryptionConfig is null ? [] : Kept(encryptionConfig),
            ApiServerProcess = encryptionConfig is null ? null : ProcessOf(encryptionConfig),
        };
        var access = new DatastoreAccess(time);
        using var api = new ApiClient(kubeConfig, time);
        var verification = new Verification(
            api,
            c => access.OpenAsync(datastore, kubeConfig.Server, c),
            expected,
            time
        );
        return Report(await verification.RunAsync(cancellation), kubeConfig, expected);
    }

    /// <summary>None where the directory can't be read: the file's own check says it.</summary>
    private static IReadOnlyList<string> Kept(string encryptionConfig)
    {
        try
        {
            return [.. new ConfigurationFile(Path.GetFullPath(encryptionConfig)).Copies.List().Select(c => c.Path)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static ApiServerProcess? ProcessOf(string encryptionConfig) =>
        (ApiServerSearch.Run(Path.GetFullPath(encryptionConfig)) as ApiServerSearch.Found)?.Process;

    private static VerifyReport Report(VerifyResult result, KubeConfig kubeConfig, Expectation expected) =>
        new(
            kubeConfig.Server.GetLeftPart(UriPartial.Path).TrimEnd('/'),
            kubeConfig.Path,
            expected.Provider,
            expected.Daemon.KeyId,
            result.Readyz.Lines,
            [.. result.Checks.Select(c => new VerifiedCheck(c.Name, Word(c.Outcome), c.Detail, c.Cause, c.Next))],
            result.Failed,
            result.Skipped,
            (int)(result.Failed == 0 ? ExitCode.Ok : ExitCode.Unhealthy)
        );

    private static string Word(CheckOutcome outcome) =>
        outcome switch
        {
            CheckOutcome.Ok => "ok",
            CheckOutcome.Failed => "failed",
            _ => "skipped",
        };
}
