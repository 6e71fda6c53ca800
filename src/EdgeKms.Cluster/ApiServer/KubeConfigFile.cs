using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// Which kubeconfig: the one that is named, the first existing entry of <c>KUBECONFIG</c>, else the administrator's file of
/// k3s, of kubeadm, of <c>edgekms up</c>, else the user's own.
/// </summary>
/// <param name="variable">Value of <c>KUBECONFIG</c>.</param>
/// <param name="home">Value of <c>HOME</c>.</param>
/// <param name="root">Where the machine's files are; <c>/</c> but for tests.</param>
public sealed class KubeConfigFile(string? variable, string? home, string root = "/")
{
    private static readonly string[] s_administrators =
    [
        "etc/rancher/k3s/k3s.yaml",
        "etc/kubernetes/admin.conf",
        "var/lib/edgekms-local/kubeconfig",
    ];

    /// <summary>For the environment of this process.</summary>
    public static KubeConfigFile OfProcess() =>
        new(Environment.GetEnvironmentVariable("KUBECONFIG"), Environment.GetEnvironmentVariable("HOME"));

    /// <summary>The path; whether its content can be used is <see cref="KubeConfig.Read"/>'s to say.</summary>
    /// <param name="named">The path of <c>--kubeconfig</c>; null where it isn't given.</param>
    /// <exception cref="CommandException">Exit code 9: those that are there are not for this user; 2: there is none.</exception>
    public string Find(string? named)
    {
        if (named is not null)
            return named;
        // Entries that don't exist are passed over, as client-go does.
        if (variable?.Split(':').FirstOrDefault(f => f.Length > 0 && File.Exists(f)) is { } entry)
            return entry;
        var candidates = s_administrators.Select(f => Path.Combine(root, f));
        if (!string.IsNullOrEmpty(home))
            candidates = candidates.Append(Path.Combine(home, ".kube/config"));
        var existing = candidates.Where(File.Exists).ToList();
        if (existing.Find(CappedFile.IsReadable) is { } file)
            return file;
        throw existing.Count > 0
            ? new CommandException(
                ExitCode.Permission,
                $"{existing[0]} may not be read by this user",
                "run the command with sudo, or name a kubeconfig with --kubeconfig FILE"
            )
            : new CommandException(
                ExitCode.Usage,
                "there is no kubeconfig where k3s, kubeadm and kubectl keep one",
                "name it with --kubeconfig FILE; files of the administrator need sudo"
            );
    }
}
