using System.CommandLine;
using EdgeKms.Cluster.Datastore;

namespace EdgeKms.Cli.ClusterAccess;

/// <summary>Which datastore: the options of every command that reads one. Those of etcd mean what etcdctl's mean.</summary>
internal sealed class DatastoreOptions
{
    private readonly Option<string?> _endpoints = new("--etcd-endpoints")
    {
        Description = "etcd of the API server, as for etcdctl; without it, the one of k3s, kubeadm or edgekms up.",
        HelpName = "URL,…",
    };

    private readonly Option<string?> _authority = File("--etcd-cacert", "Authorities of etcd's certificate (PEM).");
    private readonly Option<string?> _certificate = File("--etcd-cert", "Client certificate for etcd (PEM).");
    private readonly Option<string?> _key = File("--etcd-key", "Key of the client certificate (PEM).");
    private readonly Option<string?> _sqlite = File("--sqlite", "SQLite file of k3s, state.db, instead of etcd.");

    private readonly Option<string?> _prefix = new("--etcd-prefix")
    {
        Description = "What the API server's --etcd-prefix says (default /registry; migrate finds it).",
        HelpName = "PATH",
    };

    /// <summary>Adds the options and the rule which of them go together.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _endpoints, _authority, _certificate, _key, _sqlite, _prefix })
            command.Options.Add(option);
        _prefix.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>()?.Trim('/').Length == 0)
                result.AddError("--etcd-prefix needs a name, such as /registry");
        });
        command.Validators.Add(result =>
        {
            var flags = Flags(result.GetValue);
            if (flags.Refuse() is { } reason)
                result.AddError(reason);
        });
    }

    public DatastoreFlags Flags(ParseResult parsed) => Flags(parsed.GetValue);

    /// <summary>As the datastore has it: <c>/registry</c>.</summary>
    public string Prefix(ParseResult parsed) => NamedPrefix(parsed) ?? "/registry";

    /// <summary>The same where it was given; else null.</summary>
    public string? NamedPrefix(ParseResult parsed) =>
        parsed.GetValue(_prefix) is { } given ? "/" + given.Trim('/') : null;

    private DatastoreFlags Flags(Func<Option<string?>, string?> value) =>
        new(
            value(_endpoints)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            value(_authority),
            value(_certificate),
            value(_key),
            value(_sqlite)
        );

    private static Option<string?> File(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };
}
