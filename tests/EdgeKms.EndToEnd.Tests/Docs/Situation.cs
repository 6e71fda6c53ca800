using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>A machine in the state that a runbook begins with, and its shell.</summary>
internal sealed class Situation : IAsyncDisposable
{
    private readonly ProviderHome _home;
    private readonly SituationCluster? _cluster;
    private readonly string _edgekms;

    private Situation(ProviderHome home, SituationCluster? cluster, string edgekms) =>
        (_home, _cluster, _edgekms) = (home, cluster, edgekms);

    private string Bin => _home.At("bin");

    private string Config => _home.At("edgekms.json");

    private string Usb => _home.At("usb");

    private string Restart => Path.Combine(Bin, "restart-api-server");

    private string Pid => _home.At("pid");

    internal static async Task<Situation> Make(string name, ProviderHome home, string edgekms)
    {
        var cluster = await SituationCluster.Start(name);
        var situation = new Situation(cluster?.Home ?? home, cluster, edgekms);
        await situation.Prepare();
        await situation.Enter(name);
        return situation;
    }

    internal async Task<CommandResult> Type(string command)
    {
        (string Page, string Here)[] places =
        [
            ("/mnt/usb", Usb),
            ("/mnt/backups", _home.At("backups")),
            ("/var/lib/edgekms", _home.State),
        ];
        var typed = places.Aggregate(command, (text, p) => text.Replace(p.Page, p.Here, StringComparison.Ordinal));
        await using var running = RunningProcess.Start(
            "/bin/bash",
            ["-c", typed],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = $"{Bin}:/usr/bin:/bin" }
        );
        var exit = await running.Ended(TimeSpan.FromMinutes(2));
        string OfPage(string text) =>
            places.Aggregate(text, (all, p) => all.Replace(p.Here, p.Page, StringComparison.Ordinal));
        return new CommandResult(exit, OfPage(running.Output), OfPage(running.Error));
    }

    /// <summary>Whatever was typed, each Secret of the cluster has the bytes that it had before.</summary>
    internal Task NothingIsLost() => _cluster?.AllAreAsWritten() ?? Task.CompletedTask;

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
        if (_cluster?.RestartCommand is { } restart)
            await Write(Restart, $"#!/bin/sh\n{restart}\n", isProgram: true);
        // A person would be asked for the passphrase.
        await Write(
            Path.Combine(Bin, "edgekms"),
            $"""
            #!/bin/bash
            more=()
            case "$1 $2" in
              "deploy "*) exec {_edgekms} "$@" --settings {Config} ;;
              "reencrypt "*) more=({_cluster?.Flags} --journal {_home.At("reencrypt", "journal.json")}) ;;
              "migrate "*) [ -z "{_cluster?.Flags}" ] || more=({_cluster?.Flags} --restart-command {Restart}) ;;
              "scan "*) more=({_cluster?.Flags}) ;;
              "report "*) case "$*" in
                *--scan*) more=(--kubeconfig {_home.At("kubeconfig")}) ;;
                *) more=({_cluster?.Flags}) ;;
                esac ;;
              "init "*) case "$*" in
                *--passphrase-file*) ;;
                *) more=(--kdf pbkdf2 --passphrase-file {passphrase}) ;;
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
                : >{_home.At("log")} # what the daemon before said is not what this one says
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

    private async Task Enter(string name)
    {
        if (name == "rotated-cluster")
            return;
        string init = $"edgekms init --kdf pbkdf2 --passphrase-file {_home.At("passphrase")}";
        const string addSlot = "edgekms slot add --kdf pbkdf2 --new-passphrase-file NEW";
        const string start = "systemctl start edgekmsd";
        string[] commands = name switch
        {
            "serving" => [init, start],
            "token-lost" => [init, $"rm {_home.Token}", start],
            "newest-damaged" => [init, addSlot, Damage],
            "newest-damaged-after-rotation" => [init, "edgekms rotate", Damage],
            "newest-damaged-no-backup" => [init, "edgekms rotate", Damage, "rm /mnt/backups/*"],
            "bare" => [init, "edgekms backup /mnt/usb/edgekms.backup", $"rm -r {_home.State}"],
            "newer-than-backup" => [init, "edgekms backup /mnt/usb/edgekms.backup", "edgekms rotate"],
            "image" =>
            [
                "mkdir -p /mnt/usb/image/usr/bin /mnt/usb/image/etc/rancher/k3s && touch /mnt/usb/image/usr/bin/edgekmsd",
                """echo '{ "Init": { "KmsPlugin": { "Enable": true } } }' >/mnt/usb/aksedge-config.json""",
            ],
            "credentials-lost" =>
            [
                // Of what the ring was made with nobody has anything: what is typed from now on is another passphrase.
                $"cp {_home.At("new-passphrase")} {_home.At("passphrase")} && rm {_home.RecoveryCodeFile}",
                $"kill {_home.Daemon!.Pid}; while kill -0 {_home.Daemon.Pid} 2>/dev/null; do sleep 0.1; done",
                start,
                "edgekms backup",
            ],
            "encrypted-with-a-key" =>
            [
                "printf 'kind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n- resources:\n  - secrets\n  providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n  - identity: {}\n' >/mnt/usb/encryption-config.yaml",
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
