using System.Text;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Survey;

/// <summary>
/// Configurations of kube-apiserver on this machine, where deployments, kubeadm's guides, k3s and RKE2 keep them. Only one thing is asked of
/// them: whether they name a socket. They are read as text, since this program has no parser for what belongs to the cluster.
/// </summary>
internal static class ApiServerFiles
{
    private const int MaxBytes = 262_144;

    internal static IReadOnlyList<string> Known { get; } =
    [
        "/etc/edgekms/encryption-config.yaml",
        "/etc/kubernetes/encryption-config.yaml",
        "/etc/kubernetes/enc/enc.yaml",
        "/etc/kubernetes/pki/encryption-config.yaml",
        "/etc/rancher/k3s/encryption-config.yaml",
        "/etc/rancher/rke2/encryption-config.yaml",
        "/var/lib/rancher/k3s/server/cred/encryption-config.json",
        "/var/lib/rancher/rke2/server/cred/encryption-config.json",
    ];

    /// <summary>The first file that names the socket; null where none does or can be read.</summary>
    internal static string? Naming(string socket, IEnumerable<string> files) =>
        files.FirstOrDefault(f => Names(f, socket));

    private static bool Names(string file, string socket)
    {
        try
        {
            var folder = new LinuxDirectory(Path.GetDirectoryName(file)!, isPrivate: false);
            // JSON may write a slash as "\/".
            return folder.Read(Path.GetFileName(file), MaxBytes) is { } bytes
                && Encoding.UTF8.GetString(bytes).Replace("\\/", "/").Contains(socket, StringComparison.Ordinal);
        }
        catch (EdgeKmsException)
        {
            return false;
        }
    }
}
