namespace EdgeKms.Cluster.Deploy.Targets;

/// <summary>
/// The unit of <c>edgekmsd</c>, and the drop-in that makes a control plane's unit wait for it. A host unit and not a pod: a
/// static pod would be started by the kubelet that waits for the API server that waits for it.
/// </summary>
internal static class SystemdUnits
{
    internal const string ServicePath = "/etc/systemd/system/edgekmsd.service";

    internal const string Service = """
        [Unit]
        Description=EdgeKms, the KMS provider of kube-apiserver
        Documentation=man:edgekmsd(8)
        # Neither network nor time: it needs the disk of the state directory only.
        RequiresMountsFor=/var/lib/edgekms
        StartLimitIntervalSec=0

        [Service]
        Type=notify
        ExecStart=/usr/local/bin/edgekmsd serve
        Restart=always
        RestartSec=1
        TimeoutStopSec=10
        # The last process that the kernel ends when memory runs out.
        OOMScoreAdjust=-999
        LimitCORE=0
        LimitMEMLOCK=64M
        UMask=0077
        StateDirectory=edgekms
        StateDirectoryMode=0700
        RuntimeDirectory=edgekms
        RuntimeDirectoryMode=0700
        RuntimeDirectoryPreserve=restart
        NoNewPrivileges=yes
        ProtectSystem=strict
        ReadWritePaths=/var/lib/edgekms
        ProtectHome=yes
        PrivateTmp=yes
        PrivateDevices=yes
        PrivateNetwork=yes
        RestrictAddressFamilies=AF_UNIX
        ProtectKernelTunables=yes
        ProtectKernelModules=yes
        ProtectControlGroups=yes
        RestrictNamespaces=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes

        [Install]
        WantedBy=multi-user.target

        """;

    internal const string DropIn = """
        # kube-apiserver can't start without its KMS provider: edgekmsd is there first.
        [Unit]
        Wants=edgekmsd.service
        After=edgekmsd.service

        """;

    internal static string DropInPath(string unit) => $"/etc/systemd/system/{unit}.service.d/10-edgekms.conf";
}
