using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Deploy;
using EdgeKms.EndToEnd.Tests.Processes;

namespace EdgeKms.EndToEnd.Tests.Docs;

/// <summary>
/// What README and "Get started" tell a newcomer to type, typed in its order on a machine with a running cluster: each command, with
/// the passphrase where a person would be asked.
/// </summary>
public sealed class NewcomerTests
{
    /// <summary>
    /// The passphrase, a quick key derivation, the test's own etcd, and how this machine restarts its cluster. doctor warns of a
    /// machine without a backup folder and fails (2) one whose state is on a tmpfs, as it is here.
    /// </summary>
    private const string Machine = """
        sudo() { "$@"; }
        edgekms() {
          local more=()
          case $1 in
            init) more=(--kdf pbkdf2 --passphrase-file "$MACHINE/passphrase" --recovery-code-file "$MACHINE/code") ;;
            repair) more=(--passphrase-file "$MACHINE/passphrase") ;;
            verify|scan|reencrypt) more=(--etcd-endpoints "$ETCD") ;;
            migrate) more=(--etcd-endpoints "$ETCD" --restart-command 'systemctl try-restart k3s') ;;
            conformance) more=(--checks 1-9) ;;
          esac
          "$BIN/edgekms" "$@" "${more[@]}" </dev/null
          local status=$?
          [ "$1" = doctor ] && [ $status -le 2 ] && return 0
          return $status
        }
        (umask 077; printf 'a passphrase of the test' >"$MACHINE/passphrase")
        mount -t tmpfs tmpfs /mnt; mkdir /mnt/usb
        cd "$MACHINE" && cp "$CONFIG" aksedge-config.json 2>/dev/null
        cluster
        k create secret generic before --from-literal=a=b >/dev/null
        while IFS= read -r line; do
          echo "\$ $line"
          eval "$line" >"$MACHINE/out" 2>&1 || { echo "FAILED with $?:"; cat "$MACHINE/out" "$MACHINE/daemon.log"; exit 1; }
        done <"$MACHINE/typed"
        "$BIN/edgekms" scan --etcd-endpoints "$ETCD" -o json
        k get secret before -o 'jsonpath={.data.a}'
        """;

    [Theory]
    [InlineData("README.md", 12)]
    [InlineData("docs/get-started.md", 6)]
    public async Task Commands_OfThePage_WorkInTheirOrder(string page, int atLeast)
    {
        Testbed.Require();
        var typed = Commands(page);
        Assert.True(typed.Count >= atLeast, string.Join('\n', typed));
        using var machine = new PrivateMachine();
        await File.WriteAllLinesAsync(machine.At("typed"), typed);

        var result = await machine.Run(Machine);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.All(typed, line => Assert.Contains($"$ {line}\n", result.Output, StringComparison.Ordinal));
        Assert.Contains("\"plain\": 0", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("Yg==", result.Output.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>Lines of the fenced blocks that begin with <c>sudo edgekms</c>.</summary>
    private static List<string> Commands(string page)
    {
        var (isCode, lines) = (false, new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(Pages.Root, page)).Select(l => l.Trim()))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                isCode = !isCode;
            else if (isCode && line.StartsWith("sudo edgekms ", StringComparison.Ordinal))
                lines.Add(line);
        }
        return lines;
    }
}
