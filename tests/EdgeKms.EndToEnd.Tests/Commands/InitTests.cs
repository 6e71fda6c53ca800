using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

public sealed partial class InitTests
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Init_OnATerminal_AsksTwiceWithoutEcho()
    {
        PseudoTerminal.Require();
        await using var home = new ProviderHome();
        await using var terminal = new PseudoTerminal(["init", .. home.Settings]);
        await terminal.Answer("New administrator passphrase: ", home.Passphrase);
        await terminal.Answer("The same passphrase again: ", home.Passphrase);

        Assert.Equal(0, await terminal.Ended());
        Assert.False(Canary.IsIn(terminal.Screen, home.Passphrase), terminal.Screen);
        var code = Assert.Single(RecoveryCodes().Matches(terminal.Screen)).Value;

        // Passphrase (with Argon2id, the default) and code open what was made.
        foreach (
            var (option, input) in new[]
            {
                ("--passphrase-file", home.Passphrase),
                ("--recovery-code-file", Encoding.ASCII.GetBytes(code)),
            }
        )
        {
            File.Delete(home.Token);
            var repaired = await home.Run(["repair", option, "-"], input);
            Assert.True(repaired.Exit == 0, repaired.ToString());
        }
    }

    [Fact]
    public async Task Init_PassphrasesDiffer_MakesNothing()
    {
        PseudoTerminal.Require();
        await using var home = new ProviderHome();
        await using var terminal = new PseudoTerminal(["init", .. home.Settings]);
        await terminal.Answer("New administrator passphrase: ", home.Passphrase);
        await terminal.Answer("The same passphrase again: ", [.. home.Passphrase, (byte)'x']);

        Assert.Equal(2, await terminal.Ended());
        Assert.Contains("the two passphrases differ", terminal.Screen, StringComparison.Ordinal);
        Assert.False(Canary.IsIn(terminal.Screen, home.Passphrase), terminal.Screen);
        Assert.False(Directory.Exists(home.State));
    }

    [Fact]
    public async Task Init_InterruptedAtTheQuestion_MakesNothing()
    {
        PseudoTerminal.Require();
        await using var home = new ProviderHome();
        await using var terminal = new PseudoTerminal(["init", .. home.Settings]);
        await terminal.Answer("New administrator passphrase: ", home.Passphrase);
        await Eventually.Holds(
            "the second question",
            () => terminal.Screen.Contains("again: ", StringComparison.Ordinal)
        );
        await terminal.Press(3); // Ctrl-C

        Assert.NotEqual(0, await terminal.Ended());
        Assert.False(Directory.Exists(home.State));
    }

    [Fact]
    public async Task Init_WithoutATerminalOrAFile_SaysHowToGiveThePassphrase()
    {
        await using var home = new ProviderHome();
        var result = await RunningProcess.Run(
            "/usr/bin/setsid",
            ["--wait", DaemonProgram.Path, "init", .. home.Settings]
        );

        Assert.True(result.Exit == 2, result.ToString());
        Assert.Contains("--passphrase-file", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home.State));
    }

    [Fact]
    public async Task Init_WithAPassphraseFile_ReadsItOnlyWhereItIsPrivate()
    {
        await using var home = new ProviderHome();
        var file = home.At("passphrase");
        await File.WriteAllBytesAsync(file, [.. home.Passphrase, (byte)'\n']);
        string[] command =
        [
            "init",
            "--kdf",
            "pbkdf2",
            "--passphrase-file",
            file,
            "--recovery-code-file",
            home.RecoveryCodeFile,
        ];
        File.SetUnixFileMode(file, Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var open = await home.Run(command);
        var made = Directory.Exists(home.State) || File.Exists(home.RecoveryCodeFile);
        File.SetUnixFileMode(file, Private);
        var closed = await home.Run(command);

        Assert.True(open.Exit == 9, open.ToString());
        Assert.Contains("chmod 600", open.Error, StringComparison.Ordinal);
        Assert.False(made);
        Assert.True(closed.Exit == 0, closed.ToString());
        File.Delete(home.Token);
        Assert.Equal(0, (await home.Run(["repair", "--passphrase-file", "-"], home.Passphrase)).Exit); // the newline is no part of it
    }

    [Theory]
    [InlineData("")]
    [InlineData("eleven byte")]
    public async Task Init_WithAShortPassphrase_IsRefused(string passphrase)
    {
        await using var home = new ProviderHome();
        var result = await home.Run(["init", "--passphrase-file", "-"], Encoding.ASCII.GetBytes(passphrase));

        Assert.True(result.Exit == 2, result.ToString());
        Assert.False(Directory.Exists(home.State));
    }

    [Theory]
    [InlineData("everything")]
    [InlineData("ring")]
    [InlineData("checkpoint")]
    [InlineData("token")]
    public async Task Init_WhereSomethingIsLeft_RefusesAndTouchesNothing(string left)
    {
        await using var home = await ProviderHome.Create();
        if (left is "checkpoint" or "token")
            Directory.Delete(home.Ring, recursive: true);
        if (left is "ring" or "token")
            File.Delete(home.Checkpoint);
        if (left is "ring" or "checkpoint")
            File.Delete(home.Token);
        var before = await Contents(home);

        var result = await home.Init("--recovery-code-file", home.At("another-code"));

        Assert.True(result.Exit == 3, result.ToString());
        Assert.Contains("edgekms: hint: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, await Contents(home));
        Assert.False(File.Exists(home.At("another-code")));
    }

    [Fact]
    public async Task Init_RecoveryCodeFileExists_RefusesAndKeepsIt()
    {
        await using var home = new ProviderHome();
        await File.WriteAllTextAsync(home.RecoveryCodeFile, "precious");

        var result = await home.Init();

        Assert.True(result.Exit == 3, result.ToString());
        Assert.Equal("precious", await File.ReadAllTextAsync(home.RecoveryCodeFile));
        Assert.False(Directory.Exists(home.State));
    }

    [Fact]
    public async Task Init_AsJson_NeedsAPlaceForTheRecoveryCode()
    {
        await using var home = new ProviderHome();
        var refused = await home.Run(["init", "-o", "json", "--passphrase-file", "-"], home.Passphrase);
        Assert.True(refused.Exit == 2, refused.ToString());
        Assert.False(Directory.Exists(home.State));

        var result = await home.Init("-o", "json");
        var report = JsonSerializer.Deserialize(result.Output, AdminJson.Default.InitReport)!;
        var code = (await File.ReadAllTextAsync(home.RecoveryCodeFile)).Trim();

        Assert.Equal((0, 1), (result.Exit, (int)report.Generation));
        Assert.Matches(RecoveryCodes(), code);
        Assert.Equal(Private, File.GetUnixFileMode(home.RecoveryCodeFile));
        Assert.DoesNotContain(code, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_TwoAtOnce_MakeOneRing()
    {
        await using var home = new ProviderHome();
        var results = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => home.Init("--recovery-code-file", home.At($"code-{i}")))
        );

        Assert.Single(results, r => r.Exit == 0);
        Assert.All(results, r => Assert.True(r.Exit is 0 or 3, r.ToString()));
        Assert.Single(Directory.GetFiles(home.Ring));
        Assert.Single(Enumerable.Range(0, 4), i => File.Exists(home.At($"code-{i}")));
        await home.Serve();
        Assert.Equal(("unsealed", 0), ((await home.Status()).State, (await home.Status()).ExitCode));
    }

    [Fact]
    public async Task Init_WhileTheDaemonWaits_IsServedAtOnce()
    {
        await using var home = new ProviderHome();
        await home.Serve();
        Assert.Equal(("absent", 6), ((await home.Status()).State, (await home.Status()).ExitCode));

        var result = await home.Init("-o", "json");

        Assert.True(
            JsonSerializer.Deserialize(result.Output, AdminJson.Default.InitReport)!.DaemonReloaded,
            result.ToString()
        );
        using var kms = home.Kms();
        Assert.Equal("ok", (await kms.Status()).Healthz);
    }

    /// <summary>Every file of the state directory with its bytes.</summary>
    private static async Task<IReadOnlyList<string>> Contents(ProviderHome home)
    {
        var contents = new List<string>();
        foreach (
            var file in Directory.GetFiles(home.State, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        )
            contents.Add(file + " " + Convert.ToHexString(await File.ReadAllBytesAsync(file)));
        return contents;
    }

    [GeneratedRegex("[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){7}")]
    private static partial Regex RecoveryCodes();
}
