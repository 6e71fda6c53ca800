namespace EdgeKms.Cluster.ControlPlane;

/// <summary>The command line of kube-apiserver, whole or the test bed's small one.</summary>
internal static class ApiServerCommand
{
    internal const string Whole = "kube-apiserver";
    internal const string Lite = "kube-apiserver-lite";

    internal static IReadOnlyList<string> Arguments(
        LocalState state,
        Ports ports,
        string program,
        string encryptionConfig
    )
    {
        string Pki(string name) => state.At("pki", name);
        return
        [
            $"--etcd-servers={ports.EtcdUrl}",
            $"--etcd-cafile={Pki("etcd-ca.crt")}",
            $"--etcd-certfile={Pki("etcd-client.crt")}",
            $"--etcd-keyfile={Pki("etcd-client.key")}",
            "--etcd-prefix=/registry",
            "--bind-address=127.0.0.1",
            $"--secure-port={ports.Api}",
            $"--tls-cert-file={Pki("apiserver.crt")}",
            $"--tls-private-key-file={Pki("apiserver.key")}",
            $"--client-ca-file={Pki("ca.crt")}",
            "--anonymous-auth=false",
            $"--encryption-provider-config={encryptionConfig}",
            "--encryption-provider-config-automatic-reload=true",
            "--service-account-issuer=https://kubernetes.default.svc",
            $"--service-account-key-file={Pki("service-account.pub")}",
            $"--service-account-signing-key-file={Pki("service-account.key")}",
            "--service-cluster-ip-range=10.96.0.0/16",
            .. string.Equals(Path.GetFileName(program), Lite, StringComparison.Ordinal)
                // It knows no RBAC; the administrator's group passes every authorizer, and nobody else should.
                ? (string[])["--authorization-mode=AlwaysDeny"]
                :
                [
                    "--authorization-mode=Node,RBAC",
                    "--advertise-address=127.0.0.1",
                    // An endpoint on loopback isn't valid, and this cluster has no pods that would look for it.
                    "--endpoint-reconciler-type=none",
                    // Nothing makes service accounts here, so the plugin would refuse every pod.
                    "--disable-admission-plugins=ServiceAccount",
                ],
        ];
    }
}
