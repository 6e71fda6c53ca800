using System.CommandLine;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.Commands;

/// <summary><c>edgekms encryption-config</c>.</summary>
internal sealed class EncryptionConfigCommand : Command
{
    private const string Last = "last";
    private const string None = "none";
    private const string First = "first";

    private readonly OutputOption _output = new();

    private readonly Option<string[]> _resources = new("--resource")
    {
        Description = "Resource to encrypt, such as secrets or deployments.apps; may be repeated.",
        HelpName = "NAME",
        DefaultValueFactory = _ => ["secrets"],
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _identity = new("--identity")
    {
        Description =
            "Where objects in the clear are allowed: last (may be read), none (refused; once all are encrypted), "
            + "first (written; to decrypt everything before EdgeKms goes).",
        DefaultValueFactory = _ => Last,
    };

    private readonly Session _session;

    public EncryptionConfigCommand(Session session)
        : base("encryption-config", "Print kube-apiserver's EncryptionConfiguration.")
    {
        _session = session;
        _identity.AcceptOnlyFromAmong(Last, None, First);
        Options.Add(_output);
        Options.Add(_resources);
        Options.Add(_identity);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var settings = _session.Settings.Read(parsed);
        var resources = parsed.GetRequiredValue(_resources);
        if ((ResourceRules.RefuseTyped(resources) ?? SocketEndpoint.Refuse(settings.KmsSocket)) is { } reason)
        {
            throw new CommandException(
                ExitCode.Usage,
                reason,
                "docs/reference/command-line.md lists what kube-apiserver accepts"
            );
        }
        var document = new EncryptionConfiguration(
            settings.ProviderName,
            settings.KmsSocket,
            settings.KmsTimeout,
            resources,
            parsed.GetRequiredValue(_identity) switch
            {
                None => IdentityPlace.None,
                First => IdentityPlace.First,
                _ => IdentityPlace.Last,
            }
        );
        var text = parsed.GetValue(_output) == OutputFormat.Json ? document.Json() : document.Yaml();
        _session.Terminal.Output.Write(text);
        return 0;
    }
}
