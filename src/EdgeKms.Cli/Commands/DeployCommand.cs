using System.CommandLine;
using EdgeKms.Cli.Deploy;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Contract.CommandLine;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms deploy</c>.</summary>
internal sealed class DeployCommand : Command
{
    private readonly OutputOption _output = new();
    private readonly ImageOptions _image = new();

    private readonly Option<string?> _file = new("--config", "-f")
    {
        Description = "The deployment file, aksedge-config.json; - reads it from standard input.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _target = new("--target")
    {
        Description = "What the cluster is; without it, what is found on the machine.",
    };

    private readonly Option<string?> _version = new("--product-version")
    {
        Description =
            $"Version of the published product that decides what the file means (default {ProductVersion.Installed}).",
        HelpName = "VERSION",
    };

    private readonly Option<bool> _noStart = new("--no-start")
    {
        Description = "Write the files, but start and restart no unit. The provider has to answer already.",
    };

    private readonly TimeoutOption _timeout = new("How long the provider, and then the API server, may take.", "3m");

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Show each file with its difference, change nothing.",
    };

    private readonly Option<bool> _show = new("--show") { Description = "Show what was deployed, change nothing." };

    private readonly Session _session;

    public DeployCommand(Session session)
        : base("deploy", "Give a single-node cluster the KMS provider, from a deployment file.")
    {
        _session = session;
        _target.AcceptOnlyFromAmong([.. TargetName.All]);
        _version.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && ProductVersion.TryParse(text) is null)
                result.AddError("--product-version takes four numbers, such as 1.12.269.0");
        });
        foreach (var option in new Option[] { _file, _target, _version, _image.Root, _image.Settings })
            Options.Add(option);
        foreach (var option in new Option[] { _noStart, _timeout, _dryRun, _show, _output })
            Options.Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_file) is null && !result.GetValue(_show))
                result.AddError("Option '--config' is required.");
        });
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var printed = new DeployOutput(_session, parsed.GetValue(_output));
        if (parsed.GetValue(_show))
            return printed.Show(DeploymentRecord.Read(_image.RootOf(parsed)));
        var dryRun = parsed.GetValue(_dryRun);
        var config = DeploymentFile.Read(parsed.GetRequiredValue(_file)!);
        var image = _image.Read(parsed, _session);
        using var deployer = new Deployer(_session, image, printed.Step, printed.IsText);
        var deployment = await deployer.DeploymentAsync(!parsed.GetValue(_noStart), _timeout.Of(parsed), cancellation);
        var result = await deployment.RunAsync(
            config,
            TargetName.Parse(parsed.GetValue(_target)),
            parsed.GetValue(_version) is { } version ? ProductVersion.TryParse(version)! : ProductVersion.Installed,
            dryRun,
            cancellation
        );
        printed.Write(result, dryRun);
        return 0;
    }
}
