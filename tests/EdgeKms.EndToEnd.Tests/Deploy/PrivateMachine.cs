using EdgeKms.EndToEnd.Tests.Cluster;
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
          "try-restart k3s")
            [ -e "$MACHINE/api.pid" ] || exit 0
            kill "$(cat "$MACHINE/api.pid")"; while kill -0 "$(cat "$MACHINE/api.pid")" 2>/dev/null; do sleep 0.05; done
            # What k3s does with its drop-in: each item of the list is a flag of kube-apiserver.
            flags=$(sed -n 's/^ *- "\(.*\)"$/--\1/p' /etc/rancher/k3s/config.yaml.d/90-edgekms.yaml 2>/dev/null)
            [ -n "$flags" ] && [ -e "$MACHINE/api-fails" ] && flags="$flags --no-such-flag"
            setsid $(cat "$MACHINE/api") $flags </dev/null >>"$MACHINE/api.log" 2>&1 &
            echo $! >"$MACHINE/api.pid" ;;
        esac
        exit 0
        """;

    private const string Enter = """
        set -e
        cp -a /etc "$MACHINE/etc"; mount --bind "$MACHINE/etc" /etc
        mount -t tmpfs -o mode=0755 tmpfs /run; mount -t tmpfs -o mode=0755 tmpfs /var/lib
        mkdir -p /run/systemd/system
        end() { for p in api etcd daemon; do [ -e "$MACHINE/$p.pid" ] && kill "$(cat "$MACHINE/$p.pid")" 2>/dev/null; done; :; }
        trap end EXIT
        set +e
        files() { (cd /etc && find . -type f -newer "$MACHINE/entered" -o -path '*edgekms*' -type f) | sort; }
        touch "$MACHINE/entered"
        # A cluster that "systemctl try-restart k3s" restarts: etcd and the API server of the test bed.
        cluster() {
          setsid "$K8S/etcd" --name=t --data-dir="$MACHINE/etcd" --unsafe-no-fsync --log-level=warn \
            --listen-client-urls="$ETCD" --advertise-client-urls="$ETCD" --listen-peer-urls="$PEER" \
            --initial-advertise-peer-urls="$PEER" --initial-cluster="t=$PEER" </dev/null >>"$MACHINE/etcd.log" 2>&1 &
          echo $! >"$MACHINE/etcd.pid"
          echo 'token-of-the-test,admin,admin,"system:masters"' >"$MACHINE/tokens"
          echo "$K8S/kube-apiserver-lite --etcd-servers=$ETCD --etcd-prefix=/registry --bind-address=127.0.0.1 --secure-port=$API_PORT --cert-dir=$MACHINE/certs --token-auth-file=$MACHINE/tokens --authorization-mode=AlwaysAllow" >"$MACHINE/api"
          setsid $(cat "$MACHINE/api") </dev/null >>"$MACHINE/api.log" 2>&1 &
          echo $! >"$MACHINE/api.pid"
          mkdir -p /etc/rancher/k3s
          cat >/etc/rancher/k3s/k3s.yaml <<K
        apiVersion: v1
        kind: Config
        clusters: [{name: t, cluster: {server: "https://127.0.0.1:$API_PORT", certificate-authority: "$MACHINE/certs/apiserver.crt"}}]
        users: [{name: t, user: {token: token-of-the-test}}]
        contexts: [{name: t, context: {cluster: t, user: t}}]
        current-context: t
        K
          export KUBECONFIG=/etc/rancher/k3s/k3s.yaml
          for i in $(seq 1500); do k get --raw /readyz >/dev/null 2>&1 && break; sleep 0.2; done
        }
        k() { "$K8S/kubectl" "$@"; }
        ring() { printf 'a passphrase of the test' | "$BIN/edgekmsd" init --kdf pbkdf2 --passphrase-file - --recovery-code-file "$MACHINE/code"; }

        """;

    private static readonly string[] s_unshare = ["--mount", "--propagation", "private", "/bin/bash", "-c"];

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

    /// <summary>A file of the machine's own.</summary>
    internal string At(string name) => _directory.At(name);

    /// <summary>What systemctl was called with, in order.</summary>
    internal IReadOnlyList<string> Calls =>
        File.Exists(_directory.At("calls")) ? File.ReadAllLines(_directory.At("calls")) : [];

    /// <summary>Makes a call of systemctl fail, such as <c>try-restart k3s</c>; <c>no-daemon</c> starts nothing, <c>api-fails</c> an API server that ends at once.</summary>
    internal void Break(string call) =>
        File.WriteAllText(
            _directory.At(call is "no-daemon" or "api-fails" ? call : "fail-" + call.Replace(' ', '-')),
            ""
        );

    /// <summary>Runs a script of bash there; <c>files</c> lists what is new in /etc, <c>ring</c> makes a key ring.</summary>
    internal async Task<CommandResult> Run(string script)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, for a mount namespace");
        var mounted = await RunningProcess.Run("/usr/bin/unshare", [.. s_unshare, "mount -t tmpfs tmpfs /run"]);
        Assert.SkipUnless(
            mounted.Exit == 0,
            "needs the right to mount, which a container may lack: " + mounted.Error.Trim()
        );
        var bin = Path.GetDirectoryName(DaemonProgram.Path)!;
        return await RunningProcess.Run(
            "/usr/bin/unshare",
            [.. s_unshare, Enter + script],
            new Dictionary<string, string?>
            {
                ["MACHINE"] = _directory.Path,
                ["BIN"] = bin,
                ["CONFIG"] = Config,
                ["K8S"] = Testbed.Bin,
                ["ETCD"] = $"http://127.0.0.1:{FreePort.Take()}",
                ["PEER"] = $"http://127.0.0.1:{FreePort.Take()}",
                ["API_PORT"] = $"{FreePort.Take()}",
                ["PATH"] = $"{_directory.At("bin")}:{bin}:/usr/bin:/bin:/usr/sbin:/sbin",
            }
        );
    }

    public void Dispose() => _directory.Dispose();
}
