using System.Diagnostics;
using EdgeKms.Cli.Completion;
using EdgeKms.Cli.Tests.Handover;

namespace EdgeKms.Cli.Tests.Completion;

/// <summary>The scripts in their own shells, against the built program.</summary>
public class CompletionTests
{
    private static async Task<(string Output, string Error)> ShellAsync(
        string shell,
        string script,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(shell, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:/usr/bin:/bin";
        start.Environment["DOTNET_ROOT"] = InstalledProgram.DotnetRoot;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (output, await error);
    }

    private static string Words(string output) =>
        string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    private static void NeedsShell(string shell) =>
        Assert.SkipUnless(File.Exists($"/usr/bin/{shell}"), $"{shell} is not installed: apt-get install {shell}");

    [Theory]
    [InlineData("edgekms sta", "status")]
    [InlineData("edgekms con", "config conformance")]
    [InlineData("edgekms doc", "doctor")]
    [InlineData("edgekms doctor -o ", "json text")]
    [InlineData("edgekms config ", "check schema show")]
    [InlineData("edgekms config s", "schema show")]
    [InlineData("edgekms audit-log ", "show verify")]
    [InlineData("edgekms audit-log show --t", "--tail")]
    [InlineData("edgekms status --a", "--admin-socket --all")]
    [InlineData("edgekms status -o ", "json text")]
    [InlineData("edgekms verify --etcd-c", "--etcd-cacert --etcd-cert")]
    [InlineData("edgekms ver", "verify version")]
    [InlineData("edgekms sc", "scan")]
    [InlineData("edgekms scan --a", "--active-key --admin-socket --all")]
    [InlineData("edgekms status -o j", "json")]
    [InlineData("edgekms init --kdf ", "argon2id pbkdf2")]
    [InlineData("edgekms --log-level ", "debug error information warning")]
    [InlineData("edgekms encryption-config --identity n", "none")]
    [InlineData("edgekms up --et", "--etcd-peer-port --etcd-port")]
    [InlineData("edgekms run", "")]
    [InlineData("edgekms completion ", "bash fish zsh")]
    [InlineData("edgekms rotate --d", "--dry-run")]
    [InlineData("  edgekms   rotate   --dry", "--dry-run")]
    [InlineData("edgekms config show --kms-max", "--kms-max-connections --kms-max-request-bytes --kms-max-streams")]
    [InlineData("edgekms --config ", "")]
    [InlineData("edgekms -", "--config --help --version -h")]
    [InlineData(
        "edgekms config --",
        "--admin-socket --backup-directory --backup-keep --backup-required --config --help --kms-allowed-uids --kms-any-authority --kms-group --kms-max-connections --kms-max-request-bytes --kms-max-streams --kms-socket --kms-timeout --kms-v1 --log-format --log-level --node-lock-after-offline-days --node-token-file --observer-group --observer-reporter --observer-socket --provider-name --retention-minimum-days --rotation-paused --rotation-period --self-test-interval --state-directory"
    )]
    public async Task Bash_Line_IsCompleted(string line, string words)
    {
        // What bash itself sets before it calls the function of "complete -F".
        var script = $"""
            source <(edgekms completion bash)
            complete -p edgekms >/dev/null || exit 1
            COMP_LINE='{line}'; COMP_POINT=${"{#COMP_LINE}"}
            read -ra COMP_WORDS <<<"$COMP_LINE"; [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${"{#COMP_WORDS[@]}"} - 1))
            _edgekms edgekms "${"{COMP_WORDS[COMP_CWORD]}"}" "${"{COMP_WORDS[COMP_CWORD-1]}"}"
            printf '%s\n' "${"{COMPREPLY[@]}"}"
            """;
        var (output, error) = await ShellAsync("bash", script);
        Assert.Equal("", error);
        Assert.Equal(words, Words(output));
    }

    [Fact]
    public async Task Bash_CursorInTheMiddle_CompletesWhatIsBeforeIt()
    {
        const string Script = """
            source <(edgekms completion bash)
            COMP_LINE='edgekms sta --all'; COMP_POINT=11; COMP_WORDS=(edgekms sta --all); COMP_CWORD=1
            _edgekms edgekms sta edgekms; printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.Equal("status", Words((await ShellAsync("bash", Script)).Output));
    }

    [Fact]
    public async Task Bash_RootLine_OffersEveryCommandAndNoOption()
    {
        const string Script = """
            source <(edgekms completion bash)
            COMP_LINE='edgekms '; COMP_POINT=8; COMP_WORDS=(edgekms ''); COMP_CWORD=1
            _edgekms edgekms '' edgekms; printf '%s\n' "${COMPREPLY[@]}"
            """;
        var words = Words((await ShellAsync("bash", Script)).Output).Split(' ');
        Assert.Equal(
            [
                "audit-log",
                "backup",
                "completion",
                "config",
                "conformance",
                "deploy",
                "doctor",
                "encryption-config",
                "init",
                "keys",
                "logs",
                "metrics",
                "migrate",
                "reencrypt",
                "remove",
                "repair",
                "report",
                "restore",
                "rotate",
                "scan",
                "slot",
                "status",
                "up",
                "verify",
                "version",
            ],
            words
        );
    }

    [Theory]
    [InlineData("edgekms sta", "status")]
    [InlineData("edgekms config ", "check schema show")]
    [InlineData("edgekms status -o j", "json")]
    [InlineData("edgekms init --kdf ", "argon2id pbkdf2")]
    public async Task Fish_Line_IsCompleted(string line, string words)
    {
        NeedsShell("fish");
        var script = $"edgekms completion fish | source\ncomplete -C '{line}'\n";
        var (output, error) = await ShellAsync("fish", script, "--no-config");
        Assert.Equal("", error);
        Assert.Equal(words, Words(output));
    }

    [Theory]
    [InlineData("edgekms sta", "status")]
    [InlineData("edgekms config ", "check schema show")]
    [InlineData("edgekms status -o j", "json")]
    [InlineData("edgekms init --kdf ", "argon2id pbkdf2")]
    [InlineData("edgekms --config ", "files")]
    public async Task Zsh_Line_IsCompleted(string line, string words)
    {
        NeedsShell("zsh");
        // compadd works inside a widget only; the stand-ins print what would be offered (zsh filters by prefix itself).
        var script = $"""
            compdef() true
            compadd() print -l -- "${"{@[2,-1]}"}"
            _files() print files
            source <(edgekms completion zsh)
            words=(${"{(z):-\"" + line + "\"}"}); [[ '{line}' == *' ' ]] && words+=('')
            CURRENT=$#words
            _edgekms
            """;
        var (output, error) = await ShellAsync("zsh", script, "-f");
        Assert.Equal("", error);
        Assert.Equal(words, Words(output));
    }

    [Theory]
    [InlineData("bash", "complete -o bashdefault -o default -F _edgekms edgekms\n")]
    [InlineData("zsh", "#compdef edgekms\n")]
    [InlineData("fish", "complete -c edgekms ")]
    public void Script_OfEachShell_RegistersItself(string shell, string text)
    {
        var script = CompletionScript.Of(shell);
        Assert.Contains(text, script);
        Assert.Contains("[suggest:", script);
        Assert.DoesNotContain('\r', script);
    }
}
