using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Verify;

/// <summary>One run of <c>edgekms verify</c>: does the API server encrypt Secrets with our key, and does it show?</summary>
/// <param name="api">The API server.</param>
/// <param name="openDatastore">Opens its datastore; null where none is found.</param>
/// <param name="expected">What it should look like.</param>
public sealed class Verification(
    ApiClient api,
    Func<CancellationToken, Task<IDatastore?>> openDatastore,
    Expectation expected
)
{
    private const string Unreachable =
        "the datastore can't be reached: name it with --etcd-endpoints or --sqlite, or use sudo";

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
        checks.AddRange(Configuration());
        checks.AddRange(await ProbeAsync(cancellation));
        return new VerifyResult(readyz, checks);
    }

    private async Task<IReadOnlyList<CheckLine>> ProbeAsync(CancellationToken cancellation)
    {
        var probe = new ProbeSecret(api, expected.Namespace);
        var checks = new List<CheckLine>();
        CheckLine? left = null;
        try
        {
            checks.Add(await probe.WriteAndReadAsync());
            cancellation.ThrowIfCancellationRequested();
            checks.AddRange(await StoredAsync(probe, cancellation));
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

    private IEnumerable<CheckLine> Configuration()
    {
        if (expected.ConfigurationFile is not { } file)
        {
            const string Missing =
                $"there is no {ConfiguredProviders.DefaultFile}; --encryption-config names the API server's file";
            return
            [
                CheckLine.Skipped(ConfigurationCheck.Name, Missing),
                CheckLine.Skipped(IdentityCheck.Name, Missing),
            ];
        }
        try
        {
            var providers = ConfiguredProviders.Read(file, "secrets");
            return
            [
                ConfigurationCheck.Of(file, providers, expected, expected.Refusal?.Invoke(file)),
                IdentityCheck.Of(file, providers),
            ];
        }
        catch (CommandException e)
        {
            return
            [
                CheckLine.Failed(ConfigurationCheck.Name, $"{file} can't be used", e.Message, e.Hint),
                CheckLine.Skipped(IdentityCheck.Name, "the encryption configuration can't be read"),
            ];
        }
    }

    private async Task<IReadOnlyList<CheckLine>> StoredAsync(ProbeSecret probe, CancellationToken cancellation)
    {
        if (!probe.IsWritten)
        {
            const string None = "no probe was written";
            return [CheckLine.Skipped(StoredValueCheck.Name, None), CheckLine.Skipped(KeyIdCheck.Name, None)];
        }
        try
        {
            using var datastore = await openDatastore(cancellation);
            if (datastore is null)
                return
                [
                    CheckLine.Skipped(StoredValueCheck.Name, Unreachable),
                    CheckLine.Skipped(KeyIdCheck.Name, Unreachable),
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
