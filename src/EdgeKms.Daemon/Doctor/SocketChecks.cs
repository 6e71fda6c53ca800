using EdgeKms.Daemon.Sockets;
using EdgeKms.KeyRing.RingFile;
using static System.FormattableString;

namespace EdgeKms.Daemon.Doctor;

/// <summary>The two Unix sockets: whether somebody listens, who, and who can reach him.</summary>
internal static class SocketChecks
{
    private const uint WritableByOthers = 0x12; // 022
    private const uint GroupMayPass = 0x8; // 010
    private const uint OthersMayPass = 0x1; // 001
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerAndGroup = 0x1B0; // 0660

    internal static readonly Check Kms = new(
        "EK-SOCK-001",
        "somebody listens on kms.socket",
        "kube-apiserver calls edgekmsd here. Without it a running API server reads what it has cached and can't write "
            + "Secrets for long; a starting one does not become ready.",
        CanStop: true,
        CanLose: false,
        machine => Listens(machine, Kms!, machine.Settings.KmsSocket, stops: true)
    );

    internal static readonly Check Admin = new(
        "EK-SOCK-002",
        "somebody listens on admin.socket and answers",
        "status, rotate and repair tell the daemon what they did here. Without it a change is served only after a restart.",
        CanStop: false,
        CanLose: false,
        Answers
    );

    internal static readonly Check Reach = new(
        "EK-SOCK-003",
        "modes and owners of the sockets let in kube-apiserver's user and nobody else",
        "kms.group opens the socket for a group, kms.allowedUids lets its users call. Both are needed for an API server "
            + "that doesn't run as root or as the daemon's user.",
        CanStop: true,
        CanLose: false,
        CanBeReached
    );

    internal static readonly Check Listener = new(
        "EK-SOCK-004",
        "the process that listens is edgekmsd, and only one",
        "A program in place of edgekmsd gets the DEKs of every Secret, and what it wraps no EdgeKms can read.",
        CanStop: true,
        CanLose: true,
        IsOurs
    );

    private static Finding Answers(Machine machine)
    {
        var path = machine.Settings.AdminSocket;
        var found = Listens(machine, Admin, path, stops: false);
        if (found.Outcome != Outcome.Pass)
            return found;
        return machine.Daemon is null
            ? Admin.Fail($"who listens on {path} does not answer", "systemctl restart edgekmsd")
            : Admin.Pass($"the daemon answers on {path}");
    }

    private static Finding Listens(Machine machine, Check check, string path, bool stops)
    {
        const string start = "systemctl start edgekmsd";
        switch (SocketProbe.State(path))
        {
            case SocketState.Listening:
                return check.Pass($"somebody listens on {path}");
            case SocketState.Occupied:
                return check.Fail($"{path} is not a socket", $"mv {path} {path}.aside", stops);
            case var _ when machine.Header is null && machine.Daemon is null:
                return check.Skip("no daemon runs, and there is no readable key ring that it could serve");
            case SocketState.Stale:
                return check.Fail($"nobody listens on {path}: a dead process left it", start, stops);
            default:
                return check.Fail($"no daemon runs: there is no {path}", start, stops);
        }
    }

    private static Finding CanBeReached(Machine machine)
    {
        var settings = machine.Settings;
        var directory = Path.GetDirectoryName(settings.KmsSocket)!;
        if (FileStatus.Of(settings.KmsSocket) is not { IsSocket: true } socket)
            return Reach.Skip("there is no socket: see EK-SOCK-001");
        if (FileStatus.Of(directory) is not { } folder)
            return Reach.Skip($"there is no {directory}");
        if ((folder.Mode & WritableByOthers) != 0 || (folder.User != 0 && folder.User != socket.User))
        {
            return Reach.Fail(
                $"{directory} is writable by others than the daemon: the daemon does not start with it",
                $"chmod go-w {directory}",
                stops: true
            );
        }
        if (FileStatus.Of(settings.AdminSocket) is { IsSocket: true } admin && admin.Mode != OwnerOnly)
            return Reach.Warn(
                $"{settings.AdminSocket} has mode {Octal(admin.Mode)}",
                $"chmod 0600 {settings.AdminSocket}"
            );
        if (settings.KmsGroup.Length == 0)
            return ForTheOwner(settings.KmsSocket, socket, settings.KmsAllowedUids.Count);
        return ForAGroup(
            settings.KmsSocket,
            socket,
            directory,
            folder,
            settings.KmsGroup,
            settings.KmsAllowedUids.Count
        );
    }

    private static Finding ForTheOwner(string path, FileStatus socket, int allowed)
    {
        if (socket.Mode != OwnerOnly)
            return Reach.Warn($"{path} has mode {Octal(socket.Mode)}", "systemctl restart edgekmsd");
        return allowed > 0
            ? Reach.Warn(
                $"kms.allowedUids names {Users(allowed)}, but without kms.group only root and user {socket.User} reach {path}",
                "set kms.group in edgekms.json, then: systemctl restart edgekmsd",
                stops: true
            )
            : Reach.Pass($"root and user {socket.User} reach {path}");
    }

    private static Finding ForAGroup(
        string path,
        FileStatus socket,
        string directory,
        FileStatus folder,
        string group,
        int allowed
    )
    {
        var id = Ownership.GroupId(group);
        if (socket.Mode != OwnerAndGroup || socket.Group != id)
        {
            return Reach.Fail(
                $"{path} has mode {Octal(socket.Mode)} and group {socket.Group}: kms.group {group} can't reach it",
                "systemctl restart edgekmsd",
                stops: true
            );
        }
        var passes = (folder.Mode & OthersMayPass) != 0 || (folder.Group == id && (folder.Mode & GroupMayPass) != 0);
        if (!passes)
        {
            return Reach.Fail(
                $"{directory} does not let kms.group {group} pass",
                $"chgrp {group} {directory} && chmod g+x {directory}",
                stops: true
            );
        }
        return allowed == 0
            ? Reach.Warn(
                $"kms.group {group} reaches {path}, but kms.allowedUids names nobody, so its users are refused",
                "set kms.allowedUids in edgekms.json, then: systemctl restart edgekmsd",
                stops: true
            )
            : Reach.Pass($"root, user {socket.User} and {Users(allowed)} of kms.group {group} reach {path}");
    }

    private static Finding IsOurs(Machine machine)
    {
        var (kms, admin) = (machine.Settings.KmsSocket, machine.Settings.AdminSocket);
        var seen = new SortedSet<int>();
        foreach (var path in new[] { kms, admin }.Where(p => SocketProbe.State(p) == SocketState.Listening))
        {
            foreach (var pid in SocketProbe.Holders(path))
            {
                var program = SocketProbe.Program(pid);
                if (pid == 1 && program == "systemd")
                    continue; // it keeps the sockets that it hands over
                if (
                    program is not null
                    && program != "edgekmsd"
                    && program != Path.GetFileName(Environment.ProcessPath)
                )
                {
                    return Listener.Fail(
                        Invariant($"{program} (process {pid}) listens on {path}, not edgekmsd"),
                        Invariant($"ps -fp {pid}"),
                        stops: true,
                        loses: true
                    );
                }
                seen.Add(pid);
            }
        }
        if (seen.Count == 0)
            return Listener.Skip("no process can be seen that listens");
        var pids = string.Join(", ", seen);
        if (seen.Count > 1)
            return Listener.Warn($"several processes listen: {pids}", "systemctl restart edgekmsd");
        return machine.Daemon?.Daemon is { Pid: var told } && told != seen.Min
            ? Listener.Warn(
                Invariant($"process {pids} listens, but the daemon that answers is {told}"),
                "systemctl restart edgekmsd"
            )
            : Listener.Pass($"edgekmsd (process {pids}) listens");
    }

    private static string Users(int count) => count == 1 ? "1 user" : Invariant($"{count} users");

    private static string Octal(uint mode) => "0" + Convert.ToString((int)mode, 8);
}
