using System.CommandLine;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cli.ClusterAccess;

/// <summary>Which API server: <c>--kubeconfig</c> of every command that talks to one.</summary>
internal sealed class ApiServerOptions
{
    private readonly Option<string?> _kubeConfig = new("--kubeconfig")
    {
        Description = "The kubeconfig; without it $KUBECONFIG, else the one of k3s, kubeadm, edgekms up or kubectl.",
        HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_kubeConfig);

    /// <summary>The kubeconfig in force.</summary>
    /// <exception cref="CommandException">Exit code 2, 8 or 9: there is none that can be used.</exception>
    public KubeConfig Read(ParseResult parsed) =>
        KubeConfig.Read(KubeConfigFile.OfProcess().Find(parsed.GetValue(_kubeConfig)));

    /// <summary>The same; null where none is named and none is found that can be used.</summary>
    /// <exception cref="CommandException">Exit code 2, 8 or 9: the one that is named can't be used.</exception>
    public KubeConfig? Find(ParseResult parsed)
    {
        try
        {
            return Read(parsed);
        }
        catch (CommandException) when (parsed.GetValue(_kubeConfig) is null)
        {
            return null;
        }
    }
}
