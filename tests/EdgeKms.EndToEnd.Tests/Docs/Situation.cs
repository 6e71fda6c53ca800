using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.EndToEnd.Tests.Reencrypt;

namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>A machine in the state that a runbook begins with, and its shell.</summary>
internal sealed class Situation : IAsyncDisposable
{
    private readonly ProviderHome _home;
    private readonly RotatedCluster? _cluster;
    private readonly string _edgekms;

    private Situation(ProviderHome home, RotatedCluster? cluster, string edgekms) =>
        (_home, _cluster, _edgekms) = (home, cluster, edgekms);

    private string Bin => _home.At("bin");

    private string Config => _home.At("edgekms.json");

    private string Usb => _home.At("usb");

    private string Pid => _home.At("pid");

    internal static async Task<Situation> Make(string name, ProviderHome home, string edgekms)
    {
        var cluster = name == "rotated-cluster" ? await RotatedCluster.Start() : null;
        var situation = new Situation(cluster?.Home ?? home, cluster, edgekms);
        await situation.Prepare();
        await situation.Enter(name);
        return situation;
    }

    internal async Task<CommandResult> Type(string command)
    {
        var result = await RunningProcess.Run(
            "/bin/bash",
            ["-c", command.Replace("/mnt/usb", Usb, StringComparison.Ordinal)],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = $"{Bin}:/usr/bin:/bin" }
        );
        return result with { Output = result.Output.Replace(Usb, "/mnt/usb", StringComparison.Ordinal) };
    }

    public async ValueTask DisposeAsync()
    {
        await Type("systemctl stop edgekmsd");
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    private async Task Prepare()
    {
        Directory.CreateDirectory(Bin);
        Directory.CreateDirectory(Usb);
        Directory.CreateDirectory(_home.At("backups"));
        var passphrase = _home.At("passphrase");
        await Write(passphrase, System.Text.Encoding.ASCII.GetString(_home.Passphrase) + "\n", isProgram: false);
        await Write(_home.At("new-passphrase"), "another passphrase\n", isProgram: false);
        await Write(
            Config,
            $$"""
            {
              "stateDirectory": "{{_home.State}}",
              "kms": { "socket": "{{_home.KmsSocket}}" },
              "admin": { "socket": "{{_home.AdminSocket}}" },
              "backup": { "directory": "{{_home.At("backups")}}" }
            }
            """,
            isProgram: false
        );
        // A person would be asked for the passphrase.
        await Write(
            Path.Combine(Bin, "edgekms"),
            $"""
            #!/bin/bash
            more=()
            case "$1 $2" in
              "deploy "*) exec {_edgekms} "$@" --settings {Config} ;;
              "reencrypt "*) more=({string.Join(' ', ClusterFlags)}) ;;
              "scan "*) more=({string.Join(' ', ClusterFlags.SkipLast(2))}) ;;
              "report "*) case "$*" in
                *--scan*) more=(--kubeconfig {_home.At("kubeconfig")}) ;;
                *) more=({string.Join(' ', ClusterFlags.SkipLast(2))}) ;;
                esac ;;
              repair*|restore*|"slot add"|"slot remove") more=(--passphrase-file {passphrase}) ;;
              "slot change-passphrase") more=(--passphrase-file {passphrase} --new-passphrase-file {_home.At(
                "new-passphrase"
            )}) ;;
            esac
            exec {_edgekms} "$@" "$" --config {Config}
            """.Replace(
                "\"$\"",
                "\"${more[@]}\"",
                StringComparison.Ordinal
            ),
            isProgram: true
        );
        await Write(
            Path.Combine(Bin, "systemctl"),
            $"""
            #!/bin/bash
            case "$1" in
              start)
                setsid {DaemonProgram.Path} serve --config {Config} >/dev/null 2>{_home.At("log")} </dev/null &
                echo $! >{Pid}
                for _ in $(seq 3000); do grep -q ' serves ' {_home.At("log")} && exit 0; sleep 0.1; done
                exit 1 ;;
              stop)
                [ -e {Pid} ] || exit 0
                kill "$(cat {Pid})"; while kill -0 "$(cat {Pid})" 2>/dev/null; do sleep 0.1; done
                rm {Pid} ;;
            esac
            """,
            isProgram: true
        );
    }

    private IEnumerable<string> ClusterFlags =>
        _cluster is null
            ? []
            :
            [
                "--kubeconfig",
                _home.At("kubeconfig"),
                "--encryption-config",
                _cluster.Configuration,
                .. _cluster.Datastore,
                "--journal",
                _cluster.Journal,
            ];

    private async Task Enter(string name)
    {
        if (_cluster is not null)
        {
            await _cluster.Fill(20);
            await _cluster.Rotate();
            await _cluster.Taken();
            return;
        }
        string init = $"edgekms init --kdf pbkdf2 --passphrase-file {_home.At("passphrase")}";
        const string addSlot = "edgekms slot add --kdf pbkdf2 --new-passphrase-file NEW";
        const string start = "systemctl start edgekmsd";
        string[] commands = name switch
        {
            "serving" => [init, start],
            "token-lost" => [init, $"rm {_home.Token}", start],
            "newest-damaged" => [init, addSlot, Damage],
            "newest-damaged-after-rotation" => [init, "edgekms rotate", Damage],
            "bare" => [init, "edgekms backup /mnt/usb/edgekms.backup", $"rm -r {_home.State}"],
            "newer-than-backup" => [init, "edgekms backup /mnt/usb/edgekms.backup", "edgekms rotate"],
            "image" =>
            [
                "mkdir -p /mnt/usb/image/usr/bin /mnt/usb/image/etc/rancher/k3s && touch /mnt/usb/image/usr/bin/edgekmsd",
                """echo '{ "Init": { "KmsPlugin": { "Enable": true } } }' >/mnt/usb/aksedge-config.json""",
            ],
            "encrypted-with-a-key" =>
            [
                "printf 'kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n- resources:\n  - secrets\n  providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: c2VjcmV0\n  - identity: {}\n' >/mnt/usb/encryption-config.yaml",
            ],
            _ => throw new ArgumentException($"no situation {name}", nameof(name)),
        };
        foreach (var command in commands)
        {
            var result = await Type(command.Replace("NEW", _home.At("new-passphrase"), StringComparison.Ordinal));
            Assert.True(result.Exit == 0, $"{command}: {result}");
        }
    }

    /// <summary>One bit of the newest generation.</summary>
    private string Damage =>
        $"f=$(ls {_home.Ring}/ring-* | tail -n 1); at=$(($(stat -c %s $f) - 20)); byte=$(od -An -tu1 -j $at -N 1 $f); "
        + "printf \"\\\\x$(printf %x $((byte ^ 1)))\" | dd of=$f bs=1 seek=$at conv=notrunc status=none";

    private static async Task Write(string path, string text, bool isProgram)
    {
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, isProgram ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_000_000);
    }
}
