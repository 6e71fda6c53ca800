using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeKms.Cli.ClusterAccess;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Writers;

namespace EdgeKms.Cli.Scan;

/// <summary>What is scanned: the options of every command that counts stored objects, those of the datastore apart.</summary>
internal sealed class ScanOptions
{
    private readonly Option<string[]> _resources = new("--resource")
    {
        Description =
            "Count this resource; may be repeated. Without it, those of the EncryptionConfiguration, else secrets.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _all = new("--all")
    {
        Description = "Count everything below the prefix, whatever resource it is of.",
    };

    private readonly Option<string?> _activeKey = new("--active-key")
    {
        Description = "The active key, instead of asking the daemon: for a datastore of another machine.",
        HelpName = "ID",
    };

    private readonly Option<string?> _configuration = new("--encryption-config")
    {
        Description =
            $"The API server's EncryptionConfiguration (default {ConfiguredProviders.DefaultFile}, where it exists).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _snapshot = new("--snapshot")
    {
        Description = "A file of \"etcdctl snapshot save\", instead of a running datastore.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options and the rule which of them go together.</summary>
    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { _resources, _all, _activeKey, _configuration, _snapshot })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            var named = result.GetValue(_resources) ?? [];
            if (result.GetValue(_all) && named.Length > 0)
                result.AddError("--all and --resource exclude each other");
            else if (named.Length > 0 && ResourceRules.RefuseTyped(named) is { } reason)
                result.AddError(reason);
        });
    }

    /// <summary>True where the command line says what to scan.</summary>
    internal bool AreGiven(CommandResult command) =>
        new Option[] { _resources, _all, _activeKey, _configuration, _snapshot }.Any(o =>
            command.GetResult(o) is { Implicit: false }
        );

    internal string? ActiveKey(ParseResult parsed) => parsed.GetValue(_activeKey);

    internal string? Snapshot(ParseResult parsed) => parsed.GetValue(_snapshot);

    /// <summary>Resources and wildcards, before the API server is asked what they stand for.</summary>
    /// <exception cref="Contract.Failures.CommandException">Exit code 2, 8 or 9: the configuration can't be used.</exception>
    internal ScanNames Names(ParseResult parsed) =>
        ScanNames.Of(parsed.GetValue(_resources) ?? [], parsed.GetValue(_all), Configuration(parsed));

    /// <summary>Who writes in the cluster that is counted; this machine's own file tells nothing of another machine's datastore.</summary>
    /// <exception cref="Contract.Failures.CommandException">As <see cref="Names"/>.</exception>
    internal ConfiguredWriters Writers(ParseResult parsed, string provider) =>
        ConfiguredWriters.Read(
            Snapshot(parsed) is null && ActiveKey(parsed) is null
                ? Configuration(parsed)
                : parsed.GetValue(_configuration),
            provider
        );

    private string? Configuration(ParseResult parsed) =>
        parsed.GetValue(_configuration)
        ?? (File.Exists(ConfiguredProviders.DefaultFile) ? ConfiguredProviders.DefaultFile : null);
}
