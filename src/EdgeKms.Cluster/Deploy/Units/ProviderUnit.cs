using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.Deploy.Units;

/// <summary>
/// The unit of <c>edgekmsd</c>. A host unit and not a pod: a static pod would be started by the kubelet that waits for the
/// API server that waits for it.
/// </summary>
/// <param name="Settings">Paths that it may write.</param>
/// <param name="Program">Absolute path of edgekmsd on the machine.</param>
/// <param name="Arguments">Settings' options that don't come from the configuration file.</param>
public sealed record ProviderUnit(EdgeKmsSettings Settings, string Program, IReadOnlyList<string> Arguments)
{
    internal const string Name = "edgekmsd";

    internal const string Path = "/etc/systemd/system/edgekmsd.service";

    private const string StateRoot = "/var/lib/";
    private const string RunRoot = "/run/";

    /// <summary>Where a package puts its own.</summary>
    internal const string Packaged = "/usr/lib/systemd/system/edgekmsd.service";

    internal string Text() =>
        $"""
            # The KMS provider of kube-apiserver. A host unit and not a pod: docs/operate/container.md says why.
            [Unit]
            Description=EdgeKms, the KMS provider of kube-apiserver
            Documentation=man:edgekmsd(8)
            # Neither network nor time: all it needs is the disk of the state directory.
            RequiresMountsFor={UnitText.Path(Settings.StateDirectory)}
            # The listener outlives the daemon: calls wait while it is restarted.
            Wants={ProviderSocket.Name}
            After={ProviderSocket.Name}
            Before=k3s.service kubelet.service
            StartLimitIntervalSec=0

            [Service]
            Type=notify
            ExecStart={UnitText.Command([Program, "serve", .. Arguments])}
            {Observers()}Restart=always
            RestartSec=1
            TimeoutStopSec=10
            # Fed by the self-test: a process whose memory is bad is replaced.
            WatchdogSec=3min
            # The last process that the kernel ends when memory runs out.
            OOMScoreAdjust=-999
            LimitCORE=0
            LimitMEMLOCK=64M
            MemorySwapMax=0
            UMask=0077
            {string.Join('\n', Directories())}
            # Root without its powers: it reads and writes what is root's.
            CapabilityBoundingSet=
            AmbientCapabilities=
            NoNewPrivileges=yes
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            DevicePolicy=closed
            PrivateNetwork=yes
            PrivateIPC=yes
            RestrictAddressFamilies=AF_UNIX
            IPAddressDeny=any
            ProtectProc=invisible
            ProcSubset=pid
            ProtectKernelTunables=yes
            ProtectKernelModules=yes
            ProtectKernelLogs=yes
            ProtectControlGroups=yes
            ProtectClock=yes
            ProtectHostname=yes
            KeyringMode=private
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes
            MemoryDenyWriteExecute=yes
            SystemCallArchitectures=native
            SystemCallFilter=@system-service
            SystemCallFilter=~@privileged @resources
            SystemCallErrorNumber=EPERM

            [Install]
            WantedBy=multi-user.target

            """;

    /// <summary>
    /// With the powers that the daemon lacks, and ignored where it fails: whoever may only look is no reason not to serve.
    /// </summary>
    private string Observers()
    {
        if (Settings.ObserverGroup.Length == 0)
            return "";
        string[] chgrp = ["/bin/chgrp", Settings.ObserverGroup, Settings.ObserverSocket];
        return $"ExecStartPost=-+{UnitText.Command(chgrp)}\n";
    }

    private IEnumerable<string> Directories()
    {
        var writable = new List<string>();
        if (Below(StateRoot, Settings.StateDirectory) is { } state)
        {
            yield return $"StateDirectory={state}";
            yield return "StateDirectoryMode=0700";
        }
        else
        {
            writable.Add(UnitText.Path(Settings.StateDirectory));
        }
        var token = Parent(Settings.NodeTokenFile);
        if (!string.Equals(token, Settings.StateDirectory, StringComparison.Ordinal))
            writable.Add(UnitText.Path(token));
        var runtime = new List<string>();
        foreach (var directory in Sockets().Distinct(StringComparer.Ordinal))
        {
            if (Below(RunRoot, directory) is { } name)
                runtime.Add(name);
            else
                writable.Add(UnitText.Path(directory));
        }
        if (runtime.Count > 0)
        {
            yield return $"RuntimeDirectory={string.Join(' ', runtime)}";
            // Each socket has a mode of its own.
            yield return "RuntimeDirectoryMode=0755";
            // The API server's pod has this directory mounted: a new one in its place would never be seen there.
            yield return "RuntimeDirectoryPreserve=yes";
        }
        // Not required (-): a backup disk that is away must not keep the provider from starting.
        if (Settings.BackupDirectory is { } backups)
            writable.Add(UnitText.Path("-" + backups));
        if (writable.Count > 0)
            yield return $"ReadWritePaths={string.Join(' ', writable)}";
    }

    private IEnumerable<string> Sockets() =>
        [Parent(Settings.KmsSocket), Parent(Settings.AdminSocket), Parent(Settings.ObserverSocket)];

    private static string Parent(string path) => System.IO.Path.GetDirectoryName(path)!;

    /// <summary>A relative name that systemd makes below one of its roots; null where the path isn't there.</summary>
    private static string? Below(string root, string path) =>
        path.StartsWith(root, StringComparison.Ordinal)
        && path.Length > root.Length
        && !path.Contains(' ', StringComparison.Ordinal)
            ? path[root.Length..]
            : null;
}
