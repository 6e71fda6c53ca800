using EdgeKms.EndToEnd.Tests.Damage;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.Kms.V2;

namespace EdgeKms.EndToEnd.Tests.Rescue;

/// <summary>
/// One machine with a provider and a shell. <c>edgekms</c> has this machine's configuration and gives what a person would be asked
/// for; <c>systemctl</c> starts and stops the daemon; <c>$STATE</c>, <c>$RING</c>, <c>$BACKUPS</c> and <c>$KEPT</c> are its folders.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Program = (UnixFileMode)0b111_101_101;

    private readonly ProviderHome _home;
    private readonly bool _isOwn;
    private readonly List<(byte[] Seed, EncryptResponse Wrapped)> _stored = [];

    private Machine(ProviderHome home, bool isOwn) => (_home, _isOwn) = (home, isOwn);

    internal ProviderHome Home => _home;

    internal string Backups => _home.At("backups");

    private string Bin => _home.At("bin");

    private string Config => _home.At("edgekms.json");

    /// <summary>What the running daemon has logged.</summary>
    internal string Log => File.ReadAllText(LogFile);

    private string LogFile => _home.At("log");

    /// <summary>A machine whose ring is served and has been rotated; something is stored under each key.</summary>
    /// <param name="backups">The value of <c>backup</c> in its configuration; null for none.</param>
    internal static async Task<Machine> Serving(string? backups = null, SmallDisk? disk = null)
    {
        var machine = await Bare(backups, disk);
        await machine.Must("edgekms init");
        await machine.Must("systemctl start edgekmsd");
        await machine.Store();
        await machine.Must("edgekms rotate");
        await machine.Store();
        return machine;
    }

    /// <summary>A machine without a ring.</summary>
    internal static async Task<Machine> Bare(string? backups = null, SmallDisk? disk = null)
    {
        var machine = new Machine(disk?.Home ?? new ProviderHome(), disk is null);
        await machine.Prepare(backups);
        return machine;
    }

    /// <summary>Has the provider wrap a seed, as kube-apiserver does, and keeps what it got.</summary>
    internal async Task Store()
    {
        using var kms = _home.Kms();
        await kms.Status();
        var seed = Canary.Bytes(32);
        _stored.Add((seed, await kms.Encrypt(seed)));
    }

    /// <summary>Whatever was typed, everything that was ever wrapped comes back with the bytes that it had.</summary>
    internal async Task NothingIsLost()
    {
        using var kms = _home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz);
        foreach (var (seed, wrapped) in _stored)
            Assert.Equal(seed, await kms.Decrypt(wrapped));
        var fresh = Canary.Bytes(32);
        Assert.Equal(fresh, await kms.Decrypt(await kms.Encrypt(fresh)));
    }

    /// <summary>
    /// What an old image of the disk or a mix-up brings back later: this ring as it is now (<c>$KEPT/before</c>), and another machine's
    /// (<c>$KEPT/other</c>).
    /// </summary>
    internal async Task KeepWhatMayComeBack()
    {
        await using var other = await ProviderHome.Create();
        await Must($"cp -a $STATE $KEPT/before; cp -a {other.State} $KEPT/other");
    }

    /// <summary>The clock of every program that is started from now on.</summary>
    internal Task SetClock(int daysAhead) =>
        Write(
            _home.At("clock"),
            string.Concat(FakeClock.DaysAhead(daysAhead).Select(v => $"export {v.Key}={v.Value}\n")),
            Private
        );

    /// <summary>The right clock again, for every program that is started from now on.</summary>
    internal void TrueClock() => File.Delete(_home.At("clock"));

    internal async Task<CommandResult> Type(string command)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Bin}:/usr/bin:/bin",
            ["STATE"] = _home.State,
            ["RING"] = _home.Ring,
            ["BACKUPS"] = Backups,
            ["KEPT"] = _home.At("kept"),
            ["COLUMNS"] = "1000",
        };
        await using var running = RunningProcess.Start("/bin/bash", ["-c", command], environment);
        return new CommandResult(await running.Ended(), running.Output, running.Error);
    }

    internal async Task<CommandResult> Must(string command)
    {
        var result = await Type(command);
        Assert.True(result.Exit == 0, $"{command}: {result}");
        return result;
    }

    /// <summary>The case of the verdict, once it is another one than before: a serving daemon looks at its files every few seconds.</summary>
    internal Task Says(string which) =>
        Eventually.Holds(
            $"the verdict is {which}",
            async () =>
                (await Type("edgekms status -o json")).Output.Contains(
                    $"\"case\": \"{which}\"",
                    StringComparison.Ordinal
                ),
            TimeSpan.FromMinutes(1)
        );

    public async ValueTask DisposeAsync()
    {
        await Type("systemctl stop edgekmsd");
        if (File.Exists(LogFile))
            OutputCanary.Printed("edgekmsd", Log);
        if (_isOwn)
            await _home.DisposeAsync();
    }

    private async Task Prepare(string? backups)
    {
        Directory.CreateDirectory(Bin);
        Directory.CreateDirectory(_home.At("kept"));
        if (backups is not null)
            Directory.CreateDirectory(Backups);
        var passphrase = _home.At("passphrase");
        await Write(passphrase, System.Text.Encoding.ASCII.GetString(_home.Passphrase) + "\n", Private);
        await Write(_home.At("new-passphrase"), "another passphrase\n", Private);
        var backup = backups is null ? "" : $$""", "backup": { "directory": "{{Backups}}"{{backups}} }""";
        await Write(
            Config,
            $$"""
            {
              "stateDirectory": "{{_home.State}}",
              "kms": { "socket": "{{_home.KmsSocket}}" },
              "admin": { "socket": "{{_home.AdminSocket}}" }{{backup}}
            }
            """,
            Private
        );
        await Write(Path.Combine(Bin, "edgekms"), Edgekms(passphrase), Program);
        await Write(Path.Combine(Bin, "systemctl"), Systemctl(), Program);
        await Write(Path.Combine(Bin, "turn-a-bit"), TurnABit, Program);
    }

    /// <summary>A person knows a passphrase and has the paper with the code; where both may help, he tries both.</summary>
    private string Edgekms(string passphrase) =>
        $$"""
            #!/bin/bash
            [ -e {{_home.At("clock")}} ] && . {{_home.At("clock")}}
            more=()
            case "$1 $2" in
              init*) more=(--kdf pbkdf2 --passphrase-file {{passphrase}} --recovery-code-file {{_home.RecoveryCodeFile}}) ;;
              repair*) more=(--passphrase-file {{passphrase}} --recovery-code-file {{_home.RecoveryCodeFile}}) ;;
              restore*|"slot remove") more=(--passphrase-file {{passphrase}}) ;;
              "slot add") more=(--kdf pbkdf2 --passphrase-file {{passphrase}} --new-passphrase-file {{_home.At(
                "new-passphrase"
            )}}) ;;
              "slot change-passphrase") more=(--kdf pbkdf2 --passphrase-file {{passphrase}} --new-passphrase-file {{_home.At(
                "new-passphrase"
            )}}) ;;
            esac
            exec {{CommandProgram.Path}} "$@" "${more[@]}" --config {{Config}}
            """;

    private string Systemctl()
    {
        var pid = _home.At("pid");
        return $$"""
            #!/bin/bash
            [ -e {{_home.At("clock")}} ] && . {{_home.At("clock")}}
            start() {
              : >{{LogFile}} # what the daemon before said is not what this one says
              setsid {{DaemonProgram.Path}} serve --config {{Config}} >/dev/null 2>{{LogFile}} </dev/null &
              echo $! >{{pid}}
              for _ in $(seq 3000); do grep -q ' serves ' {{LogFile}} && exit 0; kill -0 "$(cat {{pid}})" || exit 1; sleep 0.1; done
              exit 1
            }
            stop() {
              [ -e {{pid}} ] || return 0
              kill -"$1" "$(cat {{pid}})"; while kill -0 "$(cat {{pid}})" 2>/dev/null; do sleep 0.1; done
              rm {{pid}}
            }
            case "$1" in
              start) [ -e {{pid}} ] || start ;;
              stop) stop TERM ;;
              kill) stop KILL ;;
              restart) stop TERM; start ;;
              *) exit 1 ;;
            esac
            """;
    }

    /// <summary>One bit of a file: by default of the newest generation's sealed body.</summary>
    private const string TurnABit = """
        #!/bin/bash
        file=${1:-$(ls "$RING"/ring-* | tail -n 1)} at=$(($(stat -c %s "${1:-$(ls "$RING"/ring-* | tail -n 1)}") - 20))
        byte=$(od -An -tu1 -j "$at" -N 1 "$file")
        printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$file" bs=1 seek="$at" conv=notrunc status=none
        """;

    private static async Task Write(string path, string text, UnixFileMode mode)
    {
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, mode);
    }
}
