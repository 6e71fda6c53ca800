using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Units;

/// <summary>
/// The KMS socket, held open by systemd, so that the API server's calls wait while <c>edgekmsd</c> is restarted. The admin socket is
/// not: <c>edgekms status</c> must see that no daemon runs.
/// </summary>
internal static class ProviderSocket
{
    internal const string Name = "edgekmsd.socket";

    internal const string Path = "/etc/systemd/system/" + Name;

    internal static string Text(EdgeKmsSettings settings) =>
        $"""
            # The KMS socket outlives edgekmsd: kube-apiserver's calls wait while that is restarted.
            [Unit]
            Description=KMS socket of EdgeKms
            Documentation=man:edgekmsd(8)
            Before=k3s.service kubelet.service

            [Socket]
            ListenStream={UnitText.Path(settings.KmsSocket)}
            FileDescriptorName=kms
            {Access(settings)}DirectoryMode=0755
            RemoveOnStop=yes
            # However often the daemon fails: a socket that has given up would stop the API server for good.
            TriggerLimitIntervalSec=0

            [Install]
            WantedBy=sockets.target

            """;

    private static string Access(EdgeKmsSettings settings) =>
        settings.KmsGroup.Length == 0 ? "SocketMode=0600\n" : $"SocketMode=0660\nSocketGroup={settings.KmsGroup}\n";
}
