using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeKms.Cli.Deploy;
using EdgeKms.Cli.Pages;
using EdgeKms.Cluster.Deploy;
using EdgeKms.Cluster.Deploy.Config;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms deploy</c>.</summary>
internal sealed class DeployCommand : Command
{
    private readonly OutputOption _output = new();

    private readonly Option<string> _file = new("--config", "-f")
    {
        Description = "The deployment file, aksedge-config.json. (Settings come from /etc/edgekms/edgekms.json.)",
        HelpName = "FILE",
        Required = true,
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

    private readonly Option<string> _root = new("--root")
    {
        Description = "Deploy into the image that is mounted at DIR instead of this machine.",
        HelpName = "DIR",
        DefaultValueFactory = _ => "/",
    };

    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Show each file with its difference, change nothing.",
    };

    private readonly Session _session;

    public DeployCommand(Session session)
        : base("deploy", "Give a single-node k3s or kubeadm cluster the KMS provider, from a deployment file.")
    {
        _session = session;
        _target.AcceptOnlyFromAmong("k3s", "kubeadm");
        _version.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && ProductVersion.TryParse(text) is null)
                result.AddError("--product-version takes four numbers, such as 1.12.269.0");
        });
        foreach (var option in new Option[] { _file, _target, _version, _root, _dryRun, _output })
            Options.Add(option);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var settings = _session.Settings.Read(parsed);
        var root = Path.GetFullPath(parsed.GetRequiredValue(_root));
        if (!Directory.Exists(root))
            throw new CommandException(
                ExitCode.Usage,
                $"{root} is not a directory",
                "name the root of the mounted image"
            );
        var dryRun = parsed.GetValue(_dryRun);
        var isText = parsed.GetValue(_output) == OutputFormat.Text;
        var deployment = new Deployment(settings, new ImageRoot(root), isText ? Step : static _ => { });
        var result = deployment.Run(
            DeploymentFile.Read(parsed.GetRequiredValue(_file)),
            parsed.GetValue(_target) switch
            {
                "k3s" => DeploymentTarget.K3s,
                "kubeadm" => DeploymentTarget.Kubeadm,
                _ => null,
            },
            parsed.GetValue(_version) is { } version ? ProductVersion.TryParse(version)! : ProductVersion.Installed,
            dryRun
        );
        if (isText)
            Print(result, dryRun);
        else
            PrintJson(result, dryRun);
        return 0;
    }

    /// <summary>As the published product writes its console: <c>[MM/dd/yyyy HH:mm:ss] text</c>.</summary>
    private void Step(string text) =>
        _session.Terminal.Output.WriteLine(
            $"[{_session.Time.GetLocalNow().ToString("MM/dd/yyyy HH:mm:ss", CultureInfo.InvariantCulture)}] {Printable.Text(text)}"
        );

    private void Print(DeploymentResult result, bool dryRun)
    {
        var output = _session.Terminal.Output;
        if (dryRun)
        {
            foreach (var line in result.Files.SelectMany(FileDiff.Of))
                output.WriteLine(Printable.Text(line));
            output.WriteLine("nothing was changed (--dry-run)");
            return;
        }
        Step(result.Next.Count == 0 ? "Nothing was to be done" : "Files are in place");
        if (result.Next.Count == 0)
            return;
        output.WriteLine("next: make the key ring if there is none (edgekms init), then");
        foreach (var command in result.Next)
            output.WriteLine($"  {command}");
    }

    private void PrintJson(DeploymentResult result, bool dryRun)
    {
        var report = new DeployReport(
            result.Kms,
            result.Target,
            result.Reason,
            [
                .. result.Files.Select(f => new DeployedFile(
                    f.Path,
                    f.IsDone ? "unchanged"
                        : f.Before is null ? "new"
                        : "changed"
                )),
            ],
            result.Next,
            dryRun
        );
        _session.Terminal.Output.WriteLine(JsonSerializer.Serialize(report, DeployJson.Default.DeployReport));
    }
}
