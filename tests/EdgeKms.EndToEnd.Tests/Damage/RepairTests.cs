using System.Text;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Provider;
using Grpc.Core;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary>A sealed ring and the daemon that runs with it.</summary>
public sealed class RepairTests
{
    [Theory]
    [InlineData("passphrase", "missing")]
    [InlineData("recovery code", "missing")]
    [InlineData("passphrase", "damaged")]
    [InlineData("recovery code", "other")]
    public async Task Sealed_Repaired_IsServedWithoutARestartAndTheSecondRepairChangesNothing(
        string credential,
        string token
    )
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Stop();
        await Spoil(home, token);
        await home.Serve();
        var refused = await KmsClient.Refused(kms.Status);
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Contains("run \"edgekms repair\"", refused.Detail, StringComparison.Ordinal);
        var pid = home.Daemon!.Pid;

        var first = await Repair(home, credential);

        Assert.True(first.DaemonReloaded);
        Assert.Equal(wrapped.KeyId, (await kms.Status()).KeyId);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        var status = await home.Status();
        Assert.Equal((pid, "unsealed", 0), (status.Daemon!.Pid, status.State, status.ExitCode));
        Assert.Equal(
            ["admin", "node", "recovery"],
            status.Ring!.Slots.Select(s => s.Kind).Order(StringComparer.Ordinal)
        );

        var files = Directory.GetFiles(home.State, "*", SearchOption.AllDirectories);
        await Repair(home, credential);
        Assert.Equal(files, Directory.GetFiles(home.State, "*", SearchOption.AllDirectories));
        Assert.Equal(status.Ring.Digest, (await home.Status()).Ring!.Digest);

        await home.Stop();
        await home.Serve();
        Assert.Equal("unsealed", (await home.Status()).State);
    }

    [Fact]
    public async Task Repair_WithAWrongCredential_SaysWhichAndChangesNothing()
    {
        await using var home = await ProviderHome.Create();
        File.Delete(home.Token);
        var ring = await File.ReadAllBytesAsync(home.NewestGeneration());
        var code = (await File.ReadAllTextAsync(home.RecoveryCodeFile)).Trim();
        await using var other = await ProviderHome.Create();
        var foreign = await File.ReadAllBytesAsync(other.RecoveryCodeFile);
        var mistyped = Encoding.ASCII.GetBytes(code[..13] + (code[13] == 'A' ? 'B' : 'A') + code[14..]);

        (string[] Command, byte[] Input, int Exit, string Text)[] cases =
        [
            (["repair", "--passphrase-file", "-"], other.Passphrase, 4, "wrong passphrase"),
            (["repair", "--passphrase-file", "-"], [], 2, "nothing was entered"),
            (["repair", "--passphrase-file", "-"], new byte[2_000], 2, "longer than 1024 bytes"),
            (["rotate", "--passphrase-file", "-"], other.Passphrase, 4, "wrong passphrase"),
            (["repair", "--recovery-code-file", "-"], foreign, 4, "well-formed, but not that of this key ring"),
            (["repair", "--recovery-code-file", "-"], mistyped, 4, "typing mistake in group 3"),
            (["repair", "--recovery-code-file", "-"], Encoding.ASCII.GetBytes(code[..40]), 4, "shorter than 8 groups"),
            (
                ["repair", "--recovery-code-file", "-"],
                Encoding.ASCII.GetBytes(code + "-AAAAA"),
                4,
                "longer than 8 groups"
            ),
            (["repair", "--recovery-code-file", home.At("nowhere")], [], 2, "can't be read"),
        ];
        foreach (var (command, input, exit, text) in cases)
        {
            var result = await home.Run(command, input);
            Assert.True(result.Exit == exit, $"{text}: {result}");
            Assert.Contains(text, result.Error, StringComparison.Ordinal);
            Assert.Contains("edgekms: hint: ", result.Error, StringComparison.Ordinal);
            Assert.False(result.Error.Contains(code[..5], StringComparison.Ordinal), result.Error);
        }
        Assert.Equal([home.NewestGeneration()], Directory.GetFiles(home.Ring));
        Assert.Equal(ring, await File.ReadAllBytesAsync(home.NewestGeneration()));
        Assert.False(File.Exists(home.Token));

        var lower = await home.Run(
            ["repair", "--recovery-code-file", "-"],
            Encoding.ASCII.GetBytes(code.ToLowerInvariant().Replace('-', ' '))
        );
        Assert.True(lower.Exit == 0, lower.ToString());
    }

    [Fact]
    public async Task Token_LostWhileServing_IsMadeAgainWithoutAnInterruption()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        File.Delete(home.Token);

        var report = await Repair(home, "passphrase");

        Assert.True(report.DaemonReloaded);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        await home.Stop();
        await home.Serve();
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
    }

    private static async Task<RepairReport> Repair(ProviderHome home, string credential)
    {
        var isPassphrase = credential == "passphrase";
        var result = await home.Run(
            ["repair", "-o", "json", isPassphrase ? "--passphrase-file" : "--recovery-code-file", "-"],
            isPassphrase ? home.Passphrase : await File.ReadAllBytesAsync(home.RecoveryCodeFile)
        );
        Assert.True(result.Exit == 0, result.ToString());
        return JsonSerializer.Deserialize(result.Output, AdminJson.Default.RepairReport)!;
    }

    private static async Task Spoil(ProviderHome home, string token)
    {
        switch (token)
        {
            case "missing":
                File.Delete(home.Token);
                break;
            case "damaged":
                await File.WriteAllBytesAsync(home.Token, (await File.ReadAllBytesAsync(home.Token))[..50]);
                break;
            default:
                await using (var other = await ProviderHome.Create())
                    await File.WriteAllBytesAsync(home.Token, await File.ReadAllBytesAsync(other.Token));
                break;
        }
    }
}
