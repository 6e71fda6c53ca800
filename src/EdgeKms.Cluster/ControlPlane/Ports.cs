using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>The ports of one run, all on 127.0.0.1.</summary>
/// <param name="Api">kube-apiserver, https.</param>
/// <param name="Etcd">etcd's clients, https.</param>
/// <param name="EtcdPeer">etcd's peers, https; etcd listens there though it has none.</param>
internal sealed record Ports(int Api, int Etcd, int EtcdPeer)
{
    internal string ApiUrl => $"https://127.0.0.1:{Api}";

    internal string EtcdUrl => $"https://127.0.0.1:{Etcd}";

    internal string EtcdPeerUrl => $"https://127.0.0.1:{EtcdPeer}";

    /// <summary>Finds out before anything is started whether the ports are free.</summary>
    /// <exception cref="CommandException">Exit code 2: one is given twice; 9 or 10: it can't be had.</exception>
    internal static Ports Take(ControlPlaneOptions options)
    {
        int[] given = [options.ApiPort, options.EtcdPort, options.EtcdPeerPort];
        if (given.Where(p => p != 0).GroupBy(p => p).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
        {
            throw new CommandException(
                ExitCode.Usage,
                $"port {twice} is given twice",
                "--api-port, --etcd-port and --etcd-peer-port take three ports"
            );
        }
        // The named ones first, so that a free one that was taken is none of them.
        var ports = new int[given.Length];
        foreach (var i in Enumerable.Range(0, given.Length).OrderBy(i => given[i] == 0))
        {
            do
            {
                ports[i] = i switch
                {
                    0 => LoopbackPort.Take(given[i], "kube-apiserver", "--api-port"),
                    1 => LoopbackPort.Take(given[i], "etcd", "--etcd-port"),
                    _ => LoopbackPort.Take(given[i], "etcd's peers", "--etcd-peer-port"),
                };
            } while (Array.IndexOf(ports, ports[i]) != Array.LastIndexOf(ports, ports[i]));
        }
        return new Ports(ports[0], ports[1], ports[2]);
    }
}
