using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Deploy;

/// <summary>
/// This machine with an /etc, /run and /var/lib of its own, in a mount namespace, and a systemctl that knows edgekmsd:
/// no systemd runs where the tests do. What it was asked for is in its log.
/// </summary>
internal sealed class PrivateMachine : IDisposable
{
    private const string Systemctl = """
        #!/bin/bash
        echo "$*" >>"$MACHINE/calls"
        call=$*
        [ -e "$MACHINE/fail-${call// /-}" ] && { echo "Job for ${!#}.service failed." >&2; exit 1; }
        case "$*" in
          "restart edgekmsd")
            [ -e "$MACHINE/no-daemon" ] && exit 0
            [ -e "$MACHINE/daemon.pid" ] && kill "$(cat "$MACHINE/daemon.pid")" 2>/dev/null
            eval "set -- $(sed -n 's/^ExecStart=//p' /etc/systemd/system/edgekmsd.service)"
            mkdir -p -m 0700 /run/edgekms
            setsid "$@" </dev/null >>"$MACHINE/daemon.log" 2>&1 &
            echo $! >"$MACHINE/daemon.pid" ;;
        esac
        exit 0
        """;

    private const string Enter = """
        set -e
        cp -a /etc "$MACHINE/etc"; mount --bind "$MACHINE/etc" /etc
        mount -t tmpfs -o mode=0755 tmpfs /run; mount -t tmpfs -o mode=0755 tmpfs /var/lib
        mkdir -p /run/systemd/system
        trap '[ -e "$MACHINE/daemon.pid" ] && kill "$(cat "$MACHINE/daemon.pid")" 2>/dev/null; :' EXIT
        set +e
        files() { (cd /etc && find . -type f -newer "$MACHINE/entered" -o -path '*edgekms*' -type f) | sort; }
        touch "$MACHINE/entered"
        ring() { printf 'a passphrase of the test' | "$BIN/edgekmsd" init --kdf pbkdf2 --passphrase-file - --recovery-code-file "$MACHINE/code"; }

        """;

    private readonly PrivateDirectory _directory = new();

    internal PrivateMachine()
    {
        Directory.CreateDirectory(_directory.At("bin"));
        var systemctl = _directory.At("bin", "systemctl");
        File.WriteAllText(systemctl, Systemctl);
        File.SetUnixFileMode(systemctl, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Config, """{ "Init": { "KmsPlugin": { "Enable": true } } }""");
    }

    /// <summary>A deployment file with the plugin on.</summary>
    internal string Config => _directory.At("aksedge-config.json");

    /// <summary>What systemctl was called with, in order.</summary>
    internal IReadOnlyList<string> Calls =>
        File.Exists(_directory.At("calls")) ? File.ReadAllLines(_directory.At("calls")) : [];

    /// <summary>Makes a call of systemctl fail, such as <c>try-restart k3s</c>; <c>no-daemon</c> starts nothing.</summary>
    internal void Break(string call) =>
        File.WriteAllText(_directory.At(call is "no-daemon" ? call : "fail-" + call.Replace(' ', '-')), "");

    /// <summary>Runs a script of bash there; <c>files</c> lists what is new in /etc, <c>ring</c> makes a key ring.</summary>
    internal Task<CommandResult> Run(string script)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for a mount namespace");
        var bin = Path.GetDirectoryName(DaemonProgram.Path)!;
        return RunningProcess.Run(
            "/usr/bin/unshare",
            ["--mount", "--propagation", "private", "/bin/bash", "-c", Enter + script],
            new Dictionary<string, string?>
            {
                ["MACHINE"] = _directory.Path,
                ["BIN"] = bin,
                ["CONFIG"] = Config,
                ["PATH"] = $"{_directory.At("bin")}:{bin}:/usr/bin:/bin:/usr/sbin:/sbin",
            }
        );
    }

    public void Dispose() => _directory.Dispose();
}
