using EdgeKms.Contract.Settings;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>What <c>edgekms up</c> was asked for.</summary>
/// <param name="Settings">Sockets and provider name.</param>
/// <param name="StateDirectory">Absolute path; made when it isn't there.</param>
/// <param name="Binaries">Where etcd and kube-apiserver are looked for.</param>
/// <param name="ApiPort">Loopback port of the API server; 0 takes a free one.</param>
/// <param name="EtcdPort">Loopback port of etcd's clients; 0 takes a free one.</param>
/// <param name="EtcdPeerPort">Loopback port of etcd's (absent) peers; 0 takes a free one.</param>
/// <param name="EncryptionConfig">A file that the person named; null takes the deployed or a generated one.</param>
/// <param name="Daemon">How edgekmsd is started when nothing answers at the KMS socket; null never starts it.</param>
/// <param name="ReadyTimeout">From the first child's start to the last one's readiness.</param>
/// <param name="Launcher">Absolute path of edgekms, which starts the children (see <c>ChildProcess</c>).</param>
public sealed record ControlPlaneOptions(
    EdgeKmsSettings Settings,
    string StateDirectory,
    ProgramSearch Binaries,
    int ApiPort,
    int EtcdPort,
    int EtcdPeerPort,
    string? EncryptionConfig,
    DaemonStart? Daemon,
    TimeSpan ReadyTimeout,
    string Launcher
);
