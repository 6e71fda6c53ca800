using System.Text;
using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary><c>slot list|add|remove|change-passphrase</c>.</summary>
public sealed class SlotTests
{
    private const string Second = "a second passphrase";
    private static readonly string[] Credential = ["--passphrase-file", "-"];

    [Fact]
    public async Task Add_OfAPassphrase_OpensTheRingToo()
    {
        await using var home = await ProviderHome.Serving();
        var report = await Add(home);
        Assert.Equal((4, 2), (report.Added, report.Generation));
        Assert.True(report.DaemonReloaded);
        File.Delete(home.Token);

        var repair = await home.Run(["repair", .. Credential], Encoding.ASCII.GetBytes(Second));

        Assert.True(repair.Exit == 0, repair.ToString());
        var list = await home.Run(["slot", "list"]);
        Assert.Equal(2, list.Output.Split('\n').Count(l => l.Contains(" admin ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Change_OfASlot_AsksForACredential()
    {
        await using var home = await ProviderHome.Create();
        foreach (var command in new[] { "add", "change-passphrase" })
        {
            var result = await home.Run(
                ["slot", command, .. Credential, "--new-passphrase-file", "-"],
                "wrong wrong wrong"u8.ToArray()
            );
            Assert.True(result.Exit == 4, result.ToString());
        }
        Assert.Equal(4, (await home.Run(["slot", "remove", "2", .. Credential], "wrong wrong wrong"u8.ToArray())).Exit);
        Assert.Single(Directory.GetFiles(home.Ring));
    }

    [Fact]
    public async Task ChangePassphrase_WithTheRecoveryCode_HelpsWhoeverForgotIt()
    {
        await using var home = await ProviderHome.Create();
        var code = await File.ReadAllBytesAsync(home.RecoveryCodeFile);
        var result = await home.Run(
            ["slot", "change-passphrase", "--kdf", "pbkdf2", "--recovery-code-file", "-", "--new-passphrase-file", "-"],
            [.. code, .. Encoding.ASCII.GetBytes(Second)]
        );
        Assert.True(result.Exit == 0, result.ToString());
        File.Delete(home.Token);

        Assert.Equal(4, (await home.Run(["repair", .. Credential], home.Passphrase)).Exit);
        Assert.Equal(0, (await home.Run(["repair", .. Credential], Encoding.ASCII.GetBytes(Second))).Exit);
    }

    [Fact]
    public async Task Remove_OfASlot_MakesANewRingKeyKekTokenAndCode()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await Add(home);
        var oldRing = home.NewestGeneration();
        var oldToken = await File.ReadAllBytesAsync(home.Token);
        var newCode = home.At("new-code");

        var result = await home.Run(
            ["slot", "remove", "4", "-o", "json", .. Credential, "--new-recovery-code-file", newCode],
            home.Passphrase
        );

        Assert.True(result.Exit == 0, result.ToString());
        var report = JsonSerializer.Deserialize(result.Output, AdminJson.Default.SlotsReport)!;
        Assert.True(report.DaemonReloaded);
        Assert.Equal(report.NewKeyId, (await kms.Status()).KeyId);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.Equal(["admin", "recovery", "node"], report.Slots.Select(s => s.Kind));
        // Neither the removed passphrase, nor the old code, nor the old token opens it.
        var taken = home.Token;
        await File.WriteAllBytesAsync(taken, oldToken);
        await home.Stop();
        await home.Serve();
        Assert.Equal("sealed", (await home.Status()).State);
        Assert.Equal(4, (await home.Run(["repair", .. Credential], Encoding.ASCII.GetBytes(Second))).Exit);
        var oldCode = await File.ReadAllBytesAsync(home.RecoveryCodeFile);
        Assert.Equal(4, (await home.Run(["repair", "--recovery-code-file", "-"], oldCode)).Exit);
        var code = await home.Run(["repair", "--recovery-code-file", "-"], await File.ReadAllBytesAsync(newCode));
        Assert.True(code.Exit == 0, code.ToString());
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.True(File.Exists(oldRing));
    }

    [Fact]
    public async Task Remove_WithAnotherPassphraseThatStays_AsksForItOrDropsIt()
    {
        await using var home = await ProviderHome.Create();
        await Add(home);
        await Add(home, "a third passphrase");
        byte[] both = [.. home.Passphrase, .. "\n"u8, .. Encoding.ASCII.GetBytes(Second)];
        string[] remove = ["slot", "remove", "6", .. Credential, "--new-recovery-code-file", home.At("code")];

        var wrong = await home.Run(
            [.. remove, "--other-passphrase-file", "-"],
            [.. home.Passphrase, .. "\nnot the second one"u8]
        );
        Assert.True(wrong.Exit == 4, wrong.ToString());
        Assert.Contains("wrong passphrase for slot 4", wrong.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(home.At("code")));
        var right = await home.Run([.. remove, "--other-passphrase-file", "-"], both);
        Assert.True(right.Exit == 0, right.ToString());
        File.Delete(home.Token);
        Assert.Equal(0, (await home.Run(["repair", .. Credential], Encoding.ASCII.GetBytes(Second))).Exit);
    }

    [Fact]
    public async Task Remove_OfTheLastPassphraseOrTheNodeSlot_IsRefused()
    {
        await using var home = await ProviderHome.Create();
        foreach (
            var (slot, exit, text) in new[]
            {
                ("1", 3, "last administrator"),
                ("3", 3, "node slot"),
                ("9", 2, "no slot 9"),
            }
        )
        {
            var result = await home.Run(["slot", "remove", slot, .. Credential], home.Passphrase);
            Assert.True(result.Exit == exit, result.ToString());
            Assert.Contains(text, result.Error, StringComparison.Ordinal);
        }
        Assert.Single(Directory.GetFiles(home.Ring));
    }

    [Fact]
    public async Task Life_OfARing_IsInTheAuditLog()
    {
        await using var home = await ProviderHome.Serving();
        using (var kms = home.Kms())
        {
            await kms.Status();
            await kms.Encrypt(new byte[32]);
            await Add(home);
            await home.Rotate();
            await kms.Status();
        }
        await home.Stop();

        var show = await home.Run(["audit-log", "show"]);
        var verify = await home.Run(["audit-log", "verify"]);

        string[] expected =
        [
            "ring-created",
            "key-created",
            "slot-added",
            "unlocked",
            "key-announced",
            "key-first-used",
            "token-replaced",
            "key-retired",
        ];
        Assert.All(expected, e => Assert.Contains("  " + e + " ", show.Output, StringComparison.Ordinal));
        Assert.True(verify.Exit == 0, verify.ToString());
        Assert.Equal(2, show.Output.Split('\n').Count(l => l.Contains("key-announced", StringComparison.Ordinal)));
    }

    private static async Task<SlotsReport> Add(ProviderHome home, string passphrase = Second)
    {
        CommandResult result = await home.Run(
            ["slot", "add", "--kdf", "pbkdf2", "-o", "json", .. Credential, "--new-passphrase-file", "-"],
            [.. home.Passphrase, .. "\n"u8, .. Encoding.ASCII.GetBytes(passphrase)]
        );
        Assert.True(result.Exit == 0, result.ToString());
        return JsonSerializer.Deserialize(result.Output, AdminJson.Default.SlotsReport)!;
    }
}
