using System.Diagnostics.CodeAnalysis;
using EdgeKms.Cluster.Deploy.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.ControlPlane;

/// <summary>
/// The state directory of one local control plane, locked: 0700, with <c>pki/</c>, <c>etcd/</c>, <c>logs/</c>, <c>run/</c>
/// (a record for each child), <c>kubeconfig</c> and <c>endpoints.json</c>. Other commands read the last two and
/// <c>pki/etcd-*</c>.
/// </summary>
internal sealed class LocalState : IDisposable
{
    internal const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    internal const UnixFileMode PublicFile = PrivateFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;
    private const int WouldBlock = 11; // EAGAIN, as .NET passes it on from flock(2)

    private readonly FileTransaction _files = new(new ImageRoot("/"));
    private readonly FileStream _lock;

    private LocalState(string path, FileStream held) => (Path, _lock) = (path, held);

    internal string Path { get; }

    internal string Kubeconfig => At("kubeconfig");

    internal string Endpoints => At("endpoints.json");

    internal string EtcdData => At("etcd");

    internal string EncryptionConfig => At("encryption-config.yaml");

    /// <summary>Makes what isn't there and takes the lock, which ends with the process.</summary>
    /// <exception cref="CommandException">Exit code 10: another <c>up</c> has it; 9: wrong mode or owner; 8: I/O.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "the state owns its lock")]
    internal static LocalState Open(string path)
    {
        FileStream? held = null;
        try
        {
            if (!Directory.Exists(path))
                Directory.CreateDirectory(path, PrivateDirectory);
            // Not set by us: a directory that was named by mistake, such as /tmp, stays as it is.
            if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            {
                throw new CommandException(
                    ExitCode.Permission,
                    $"the state directory {path} is open to other users",
                    "name a directory that holds nothing else with --state; it must have the mode 0700"
                );
            }
            held = new FileStream(
                System.IO.Path.Combine(path, "lock"),
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = PrivateFile,
                    BufferSize = 0,
                }
            );
            var state = new LocalState(path, held);
            foreach (var name in new[] { "pki", "etcd", "logs", "run" })
                Directory.CreateDirectory(state.At(name), PrivateDirectory);
            return state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw Refused(path, e);
        }
    }

    internal string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    internal string Log(string child) => At("logs", child + ".log");

    internal string Record(string child) => At("run", child + ".pid");

    /// <summary>Replaces a file, complete and durable or not at all.</summary>
    /// <exception cref="CommandException">Exit code 8 or 9.</exception>
    internal void Put(string path, byte[] content, UnixFileMode mode) =>
        _files.Write(new FileChange(path, Before: null, content, mode));

    public void Dispose() => _lock.Dispose();

    private static CommandException Refused(string path, Exception e)
    {
        if (e is IOException { HResult: WouldBlock })
        {
            return new CommandException(
                ExitCode.Busy,
                $"another \"edgekms up\" runs on {path}",
                "stop it first, or name another directory with --state",
                e
            );
        }
        var isPermission = e is UnauthorizedAccessException;
        return new CommandException(
            isPermission ? ExitCode.Permission : ExitCode.Io,
            $"the state directory {path} can't be used: {e.Message}",
            isPermission
                ? "run the command as root, or name a directory of yours with --state"
                : "look whether the disk is full or read-only, and whether the path is a directory",
            e
        );
    }
}
