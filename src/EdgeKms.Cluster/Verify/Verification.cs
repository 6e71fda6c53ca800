using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Verify;

/// <summary>One run of <c>edgekms verify</c>: does the API server encrypt Secrets with our key, and does it show?</summary>
/// <param name="api">The API server.</param>
/// <param name="openDatastore">Opens its datastore; null where none is found.</param>
/// <param name="expected">What it should look like.</param>
/// <param name="time">The clock of this machine.</param>
public sealed class Verification(
    ApiClient api,
    Func<CancellationToken, Task<IDatastore?>> openDatastore,
    Expectation expected,
    TimeProvider time
)
{
    private const string NoFile =
        $"there is no {ConfiguredProviders.DefaultFile}; --encryption-config names the API server's file";

    /// <exception cref="CommandException">Exit code 11: no API server answers; 9: it refuses this user.</exception>
    /// <exception cref="OperationCanceledException">Interrupted; the probe is deleted.</exception>
    public async Task<VerifyResult> RunAsync(CancellationToken cancellation)
    {
        var readyz = await ReadyzAsync(cancellation);
        var checks = new List<CheckLine>
        {
            ReadyzCheck.Of(readyz),
            await KmsProvidersCheck.RunAsync(api, readyz, expected.ConfigurationFile, cancellation),
            AutomaticReloadCheck.Of(readyz, await ApiVersion.AskAsync(api, cancellation)),
            DaemonCheck.Of(expected.Daemon),
            ObjectsCheck.Of(expected.Daemon),
        };
        using var opened = new OpenedDatastore(openDatastore);
        var (file, failure) = ReadFile();
        checks.AddRange(Configuration(file, failure));
        checks.Add(await InForceAsync(file, cancellation));
        checks.AddRange(await ProbeAsync(opened, cancellation));
        checks.Add(await StoredObjectsCheck.RunAsync(api, opened, file, expected, cancellation));
        return new VerifyResult(readyz, checks);
    }

    private async Task<IReadOnlyList<CheckLine>> ProbeAsync(OpenedDatastore opened, CancellationToken cancellation)
    {
        var probe = new ProbeSecret(api, expected.Namespace);
        var checks = new List<CheckLine>();
        CheckLine? left = null;
        try
        {
            checks.Add(await probe.WriteAndReadAsync());
            cancellation.ThrowIfCancellationRequested();
            checks.AddRange(await StoredAsync(probe, opened, cancellation));
            checks.Add(await MetricsCheck.RunAsync(api, expected, probe.IsWritten, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Thrown again below, once it is known whether something stays behind.
        }
        finally
        {
            left = await probe.DeleteAsync();
        }
        if (left is null)
        {
            cancellation.ThrowIfCancellationRequested();
            return checks;
        }
        return cancellation.IsCancellationRequested
            ? throw new CommandException(ExitCode.Failed, $"{left.Detail}: {left.Cause}", $"run \"{left.Next}\"")
            : [.. checks, left];
    }

    private async Task<Readyz> ReadyzAsync(CancellationToken cancellation)
    {
        var answer = await api.GetAsync("/readyz?verbose", cancellation, "text/plain");
        var failure = answer.Failure();
        return failure.ExitCode == ExitCode.Permission ? throw failure : Readyz.Of(answer);
    }

    /// <summary>Both null where no file is known.</summary>
    private (EncryptionFile? File, CommandException? Failure) ReadFile()
    {
        try
        {
            return (expected.ConfigurationFile is { } path ? EncryptionFile.Read(path) : null, null);
        }
        catch (CommandException e)
        {
            return (null, e);
        }
    }

    private IEnumerable<CheckLine> Configuration(EncryptionFile? file, CommandException? failure)
    {
        if (failure is not null)
        {
            return
            [
                CheckLine.Failed(
                    ConfigurationCheck.Name,
                    $"{expected.ConfigurationFile} can't be used",
                    failure.Message,
                    failure.Hint
                ),
                CheckLine.Skipped(IdentityCheck.Name, "the encryption configuration can't be read"),
            ];
        }
        if (file is null)
            return [CheckLine.Skipped(ConfigurationCheck.Name, NoFile), CheckLine.Skipped(IdentityCheck.Name, NoFile)];
        var providers = file.ProvidersOf("secrets");
        return
        [
            ConfigurationCheck.Of(file.Path, providers, expected, file.Refusal()),
            IdentityCheck.Of(file.Path, providers),
        ];
    }

    private async Task<CheckLine> InForceAsync(EncryptionFile? file, CancellationToken cancellation) =>
        file switch
        {
            null => CheckLine.Skipped(
                InForceCheck.Name,
                expected.ConfigurationFile is null ? NoFile : "the encryption configuration can't be read"
            ),
            _ when file.Refusal() is not null => CheckLine.Skipped(
                InForceCheck.Name,
                "no API server can work with the file as it is on disk"
            ),
            _ => await InForceCheck.RunAsync(api, file, expected.ApiServerProcess, time, cancellation),
        };

    private async Task<IReadOnlyList<CheckLine>> StoredAsync(
        ProbeSecret probe,
        OpenedDatastore opened,
        CancellationToken cancellation
    )
    {
        if (!probe.IsWritten)
        {
            const string None = "no probe was written";
            return [CheckLine.Skipped(StoredValueCheck.Name, None), CheckLine.Skipped(KeyIdCheck.Name, None)];
        }
        try
        {
            var datastore = await opened.OpenAsync(cancellation);
            if (datastore is null)
                return
                [
                    CheckLine.Skipped(StoredValueCheck.Name, OpenedDatastore.Unreachable),
                    CheckLine.Skipped(KeyIdCheck.Name, OpenedDatastore.Unreachable),
                ];
            var key = $"{expected.EtcdPrefix}/secrets/{expected.Namespace}/{probe.Name}";
            var found = await datastore.GetAsync(key, cancellation);
            return
            [
                StoredValueCheck.Of(datastore.Name, key, found, expected),
                KeyIdCheck.Of(found?.Value ?? default, expected.Daemon),
            ];
        }
        catch (CommandException e)
        {
            // It was named or found, and can't be read all the same.
            return
            [
                CheckLine.Failed(StoredValueCheck.Name, "the datastore can't be read", e.Message, e.Hint),
                CheckLine.Skipped(KeyIdCheck.Name, "the datastore can't be read"),
            ];
        }
    }
}
