using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace EdgeKms.Cluster.Tests.ApiServer;

/// <summary>A tree like <c>/proc</c>, whose processes have roots of their own, and real sockets.</summary>
internal sealed partial class FakeProc : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<Socket> _sockets = [];

    /// <param name="hidesOthers">Mounted with hidepid, for another user than root.</param>
    internal FakeProc(bool hidesOthers = false)
    {
        _directory.Write("proc/stat", "cpu 1 2\nbtime 1764417600\nprocesses 9\n");
        if (!hidesOthers)
            Add(1, ["/sbin/init"]);
    }

    internal string Proc => _directory["proc"];

    /// <summary>A path of this machine.</summary>
    internal string this[string name] => _directory[name];

    internal string File(string name) => _directory.Write(name, "kind: EncryptionConfiguration\n");

    /// <summary>The root of a container.</summary>
    internal string Root(string name) => Directory.CreateDirectory(_directory[name]).FullName;

    /// <summary>Gives a file another name: one inode, as a mount shows it.</summary>
    internal static void Link(string file, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(name)!);
        Assert.Equal(0, link(file, name));
    }

    /// <summary>Somebody listens at a path.</summary>
    internal string Listen(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _sockets.Add(socket);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        System.IO.File.SetUnixFileMode(path, mode);
        return path;
    }

    /// <param name="pid">Process id.</param>
    /// <param name="words">Its command line.</param>
    /// <param name="root">Its root; null where this user may not pass it.</param>
    /// <param name="ids">User, group, other groups, effective capabilities.</param>
    /// <param name="mounts">Where something is mounted for it.</param>
    internal void Add(
        int pid,
        string[] words,
        string? root = "/",
        (int Uid, int Gid, string Groups, string Caps)? ids = null,
        params string[] mounts
    )
    {
        var (uid, gid, groups, caps) = ids ?? (0, 0, "", "000001ffffffffff");
        var name = string.Create(CultureInfo.InvariantCulture, $"proc/{pid}");
        _directory.Write(name + "/cmdline", string.Join('\0', words) + (words.Length > 0 ? "\0" : ""));
        _directory.Write(
            name + "/status",
            $"Name:\tkube-apiserver\nUmask:\t0022\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{gid}\t{gid}\t{gid}\t{gid}\nGroups:\t{groups} \nCapEff:\t{caps}\n"
        );
        _directory.Write(
            name + "/stat",
            $"{pid} (a) b (c)) S 1 1 1 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 9 0 360050 0 0\n"
        );
        _directory.Write(
            name + "/mountinfo",
            string.Concat(
                mounts.Select(m =>
                    $"36 35 98:0 /x {m.Replace(" ", "\\040", StringComparison.Ordinal)} rw master:1 - ext4 /dev/root rw\n"
                )
            )
        );
        System.IO.File.Delete(_directory[name + "/root"]);
        if (root is not null)
            System.IO.File.CreateSymbolicLink(_directory[name + "/root"], root);
    }

    public void Dispose()
    {
        _sockets.ForEach(s => s.Dispose());
        _directory.Dispose();
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int link(string file, string name);
}
