namespace EdgeKms.Cluster.ControlPlane;

/// <summary>etcd's command line: one member, TLS and client certificates everywhere, loopback only.</summary>
internal static class EtcdCommand
{
    internal static IReadOnlyList<string> Arguments(LocalState state, Ports ports)
    {
        string Pki(string name) => state.At("pki", name);
        return
        [
            "--name=edgekms",
            $"--data-dir={state.EtcdData}",
            $"--listen-client-urls={ports.EtcdUrl}",
            $"--advertise-client-urls={ports.EtcdUrl}",
            $"--listen-peer-urls={ports.EtcdPeerUrl}",
            $"--initial-advertise-peer-urls={ports.EtcdPeerUrl}",
            $"--initial-cluster=edgekms={ports.EtcdPeerUrl}",
            $"--cert-file={Pki("etcd-server.crt")}",
            $"--key-file={Pki("etcd-server.key")}",
            "--client-cert-auth=true",
            $"--trusted-ca-file={Pki("etcd-ca.crt")}",
            $"--peer-cert-file={Pki("etcd-peer.crt")}",
            $"--peer-key-file={Pki("etcd-peer.key")}",
            "--peer-client-cert-auth=true",
            $"--peer-trusted-ca-file={Pki("etcd-ca.crt")}",
            "--logger=zap",
            "--log-outputs=stderr",
            "--log-level=warn",
        ];
    }
}
