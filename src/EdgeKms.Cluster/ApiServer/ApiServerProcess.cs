using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.ApiServer;

/// <summary>A kube-apiserver that runs on this machine, by what the kernel says of its process.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="IsInsideK3s">True where it runs inside <c>k3s server</c>: all flags are unknown then.</param>
/// <param name="EncryptionConfig">The configuration's path as the process names it; null where it isn't known.</param>
/// <param name="SeesFile">
/// True where the process sees the very file that was looked for; false where it sees another of that name; null where it isn't
/// known.
/// </param>
/// <param name="IsFileMounted">
/// True where the file itself is mounted and not its directory: the process goes on seeing it after another took its name, and
/// never reloads.
/// </param>
/// <param name="AutomaticReload"><c>--encryption-provider-config-automatic-reload</c>; null: not known.</param>
/// <param name="EtcdServers"><c>--etcd-servers</c>; null: not known.</param>
/// <param name="EtcdPrefix"><c>--etcd-prefix</c>; null: not given, or not known.</param>
/// <param name="Rights">Its user and groups; null: not known.</param>
/// <param name="Started">Its start by the wall clock, up to 1 s early.</param>
public sealed record ApiServerProcess(
    int Pid,
    bool IsInsideK3s,
    string? EncryptionConfig,
    bool? SeesFile,
    bool? IsFileMounted,
    bool? AutomaticReload,
    IReadOnlyList<string>? EtcdServers,
    string? EtcdPrefix,
    ProcessRights? Rights,
    DateTimeOffset? Started
)
{
    internal const string Manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";

    private const string Name = "kube-apiserver";

    private ProcessFiles? Files { get; init; }

    internal static bool IsApiServer(IReadOnlyList<string> words) =>
        words.Count > 0
        && Path.GetFileName(words[0]) is var name
        && (name == Name || name.StartsWith(Name + "-", StringComparison.Ordinal));

    /// <summary>k3s writes <c>/usr/local/bin/k3s server</c> over its command line, as one word.</summary>
    internal static bool IsK3s(IReadOnlyList<string> words) =>
        string.Join(' ', words).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var program, "server", ..]
        && Path.GetFileName(program) == "k3s";

    /// <summary>True for a program of such a name that may be another one, such as kops' kube-apiserver-healthcheck.</summary>
    internal static bool IsSibling(IReadOnlyList<string> words) => Path.GetFileName(words[0]) != Name;

    internal static ApiServerProcess OfK3s(ProcessFiles files, bool? seesFile) =>
        new(files.Pid, true, null, seesFile, null, null, null, null, files.Rights(), files.Started()) { Files = files };

    internal static ApiServerProcess Of(ProcessFiles files, ApiServerFlags flags, string named, bool? seesFile) =>
        new(
            files.Pid,
            IsInsideK3s: false,
            named,
            seesFile,
            files.MountPoints() is not { } mounts || !files.MayPassRoot
                ? null
                : mounts.Contains(RootedPath.Resolve(files.Root, named).End, StringComparer.Ordinal),
            flags.AutomaticReload,
            flags.EtcdServers,
            flags.EtcdPrefix,
            files.Rights(),
            files.Started()
        )
        {
            Files = files,
        };

    /// <summary>Why it takes another configuration by a restart alone, for people; null where it reloads, or it isn't known.</summary>
    public string? WhyNoReload =>
        AutomaticReload == false
            ? $"kube-apiserver (process {Pid}) was started without --encryption-provider-config-automatic-reload=true"
        : IsFileMounted == true
            ? $"the pod of kube-apiserver (process {Pid}) mounts {EncryptionConfig} itself and not its directory: it goes on seeing the file that was there when it started"
        : null;

    /// <summary>Whether it can connect to a socket: its mounts, and its user's rights on the way and on the socket.</summary>
    /// <param name="socket">Absolute path of the socket, the same for this machine and for the process.</param>
    public SocketReach Reach(string socket)
    {
        var who = $"kube-apiserver (process {Pid})";
        if (Files is not { } files || !files.MayPassRoot)
            return new SocketReach.CannotTell(
                $"what {who} sees of {socket} only root may know: run the command with sudo"
            );
        var theirs = RootedPath.Resolve(files.Root, socket);
        var ours = RootedPath.Resolve("", socket);
        if (theirs.Status is not { } found)
        {
            return !theirs.IsMissing ? new SocketReach.CannotTell($"{who} can't be asked for {theirs.End}")
                : ours.Status is null ? NobodyListens(socket)
                : NotMounted($"{who} does not see {socket}: {theirs.End} is not in its file system", socket);
        }
        if (!found.IsSocket)
            return NotMounted($"{socket} is no socket for {who}", socket);
        if (ours.Status is not { } own)
            return NobodyListens(socket);
        return found.IsSameFile(own)
            ? ByRights(who, theirs, found)
            : NotMounted(
                $"{who} sees another socket at {socket} than this machine: another directory is mounted there",
                socket
            );
    }

    private SocketReach ByRights(string who, RootedPath path, UnixStatus socket)
    {
        if (Rights is not { } rights)
            return new SocketReach.CannotTell($"the user of {who} is not known");
        foreach (var (directory, status) in path.Directories)
        {
            if (!rights.MayPass(status))
                return Denied(who, rights, $"pass {directory}", status);
        }
        return rights.MayConnect(socket)
            ? new SocketReach.Reachable()
            : Denied(who, rights, $"connect to {path.End}", socket);
    }

    private static SocketReach.Unreachable Denied(string who, ProcessRights rights, string what, UnixStatus status) =>
        new(
            $"{who} may not {what}: it is user {rights.Uid} of group {rights.Gid}, the mode is 0{Octal(status.Mode & 0xFFF)} of {status.Uid}:{status.Gid}",
            $"set kms.group or kms.allowedUids in edgekms.json for user {rights.Uid} (group {rights.Gid}): it counts from the next start of edgekmsd"
        );

    private static SocketReach.Unreachable NobodyListens(string socket) =>
        new(
            $"{socket} is not there: edgekmsd does not run, or has another kms.socket",
            "sudo systemctl start edgekmsd"
        );

    private SocketReach.Unreachable NotMounted(string reason, string socket) =>
        new(
            reason,
            IsInsideK3s
                ? $"k3s has a file system of its own here (a container?): {Directory(socket)} of this machine must be mounted in it at {Directory(socket)}"
                : $"in {Manifest}, the hostPath volume of {Directory(socket)} must exist and be mounted at {Directory(socket)}; a directory that was made anew after the pod's start is not seen by it"
        );

    private static string Directory(string socket) => Path.GetDirectoryName(socket) ?? "/";

    private static string Octal(int mode) => Convert.ToString(mode, 8);
}
