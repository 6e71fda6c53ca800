using System.CommandLine;
using System.Text.Json;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cli.Verify;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Verify;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Settings;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms verify</c>: exits with 0 when nothing failed, 13 when a check did.</summary>
internal sealed class VerifyCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly ApiServerOptions _apiServer = new();
    private readonly DatastoreOptions _datastore = new();

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace of the probe Secret, which is deleted at the end.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<string?> _configuration = new("--encryption-config")
    {
        Description =
            $"The API server's EncryptionConfiguration (default {ConfiguredProviders.DefaultFile}, where it exists).",
        HelpName = "FILE",
    };

    private readonly Session _session;

    public VerifyCommand(Session session)
        : base("verify", "Check that the API server encrypts Secrets with this provider.")
    {
        _session = session;
        _apiServer.AddTo(this);
        Options.Add(_namespace);
        Options.Add(_configuration);
        _datastore.AddTo(this);
        Options.Add(_output);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = _session.Settings.Read(parsed);
        var kubeConfig = _apiServer.Read(parsed);
        var expected = await ExpectedAsync(parsed, settings, cancellation);
        var flags = _datastore.Flags(parsed);
        var access = new DatastoreAccess(_session.Time);
        using var api = new ApiClient(kubeConfig, _session.Time);
        var verification = new Verification(api, c => access.OpenAsync(flags, kubeConfig.Server, c), expected);
        var report = Report(await verification.RunAsync(cancellation), kubeConfig, expected);
        Print(report, parsed);
        return report.ExitCode;
    }

    private void Print(VerifyReport report, ParseResult parsed)
    {
        var output = _session.Terminal.Output;
        if (parsed.GetValue(_output) == OutputFormat.Json)
            output.WriteLine(JsonSerializer.Serialize(report, VerifyJson.Readable.VerifyReport));
        else
            VerifyText.Write(report, output);
    }

    private async Task<Expectation> ExpectedAsync(
        ParseResult parsed,
        EdgeKmsSettings settings,
        CancellationToken cancellation
    ) =>
        new(
            settings.ProviderName,
            settings.KmsSocket,
            await ProviderStates.AskAsync(settings.AdminSocket, cancellation),
            parsed.GetValue(_configuration)
                ?? (File.Exists(ConfiguredProviders.DefaultFile) ? ConfiguredProviders.DefaultFile : null),
            parsed.GetRequiredValue(_namespace),
            _datastore.Prefix(parsed)
        );

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
