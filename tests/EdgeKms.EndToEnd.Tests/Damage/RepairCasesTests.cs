using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;
using EdgeKms.Kms.V2;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary><c>edgekms repair</c>, one test a case, on real files.</summary>
public sealed class RepairCasesTests
{
    private static readonly string[] Repair = ["repair", "--passphrase-file", "-"];

    [Fact]
    public async Task NewestGeneration_DamagedAfterASlotChange_FallsBackAndLosesNothing()
    {
        await using var home = await ProviderHome.Create();
        await home.Rotate();
        await home.Serve();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Stop();
        var added = await home.Run(
            ["slot", "add", "--kdf", "pbkdf2", .. Credential, "--new-passphrase-file", "-"],
            Two(home)
        );
        Assert.True(added.Exit == 0, added.ToString());
        await Damage(home.NewestGeneration());
        var before = Files(home);

        var dry = await home.Run([.. Repair, "--dry-run"], home.Passphrase);
        Assert.True(dry.Exit == 0, dry.ToString());
        Assert.Contains("plan:  carry on from the newest good generation", dry.Output, StringComparison.Ordinal);
        Assert.Equal(before, Files(home));
        var report = await Run(home);

        Assert.Contains(
            report.Actions,
            a => a.StartsWith("made generation 4 from generation 2", StringComparison.Ordinal)
        );
        await home.Serve();
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.Equal(wrapped.KeyId, (await kms.Status()).KeyId);
        Assert.Empty((await Run(home)).Plan);
    }

    [Fact]
    public async Task NewestGeneration_DamagedAfterARotation_IsNotLeftBehindSilently()
    {
        await using var home = await ProviderHome.Create();
        await home.Serve();
        using var kms = home.Kms();
        var old = await kms.Encrypt(new byte[32]);
        var rotation = await home.Rotate();
        await home.Stop();
        await Damage(home.NewestGeneration());
        var before = Files(home);

        var refused = await home.Run(Repair, home.Passphrase);

        Assert.True(refused.Exit == 7, refused.ToString());
        Assert.Contains($"generation 1 lacks {rotation.NewKeyId}, the key that was used last", refused.Error);
        Assert.Contains("run \"edgekms repair --accept-rollback 'no newer backup exists'\"", refused.Error);
        Assert.Equal(before, Files(home));

        var report = await Run(home, "--accept-rollback", "the disk is gone, Secrets will be made again");
        Assert.NotEmpty(report.Actions);
        await home.Serve();
        Assert.Equal(new byte[32], await kms.Decrypt(old));
        var announced = (await kms.Status()).KeyId;
        Assert.DoesNotContain(announced, new[] { rotation.OldKeyId, rotation.NewKeyId });
    }

    [Theory]
    [InlineData("damaged")]
    [InlineData("deleted")]
    [InlineData("older")]
    public async Task Files_LostWhileTheDaemonRuns_AreWrittenAgainFromItsMemory(string how)
    {
        await using var home = await ProviderHome.Serving();
        var first = home.NewestGeneration();
        await home.Rotate();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await kms.Status();
        if (how == "deleted")
            Directory.Delete(home.Ring, recursive: true);
        else if (how == "older")
            File.Delete(home.NewestGeneration());
        else
            await Damage(home.NewestGeneration());
        Assert.Equal(how == "older", File.Exists(first) && Directory.GetFiles(home.Ring).Length == 1);

        var result = await home.Run(["repair", "-o", "json"]); // no credential is needed

        Assert.True(result.Exit == 0, result.ToString());
        await home.Stop();
        await home.Serve();
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.Equal(0, (await home.Status()).ExitCode);
    }

    [Fact]
    public async Task OlderRing_RestoredOnPurpose_NeedsAReasonAndGetsANewKey()
    {
        await using var home = await ProviderHome.Create();
        await home.Rotate();
        await home.Rotate();
        var newest = home.NewestGeneration();
        var bytes = await File.ReadAllBytesAsync(newest);
        File.Delete(newest);

        var refused = await home.Run(Repair, home.Passphrase);
        Assert.True(refused.Exit == 7, refused.ToString());
        Assert.Contains("this machine has used 3", refused.Error, StringComparison.Ordinal);
        var report = await Run(home, "--accept-rollback", "restored from the factory image");

        Assert.Contains(
            report.Actions,
            a => a.StartsWith("made generation 4 from generation 2", StringComparison.Ordinal)
        );
        await home.Serve();
        Assert.Equal(("unsealed", 0), ((await home.Status()).State, (await home.Status()).ExitCode));
        Assert.Equal(3, (await home.Status()).Ring!.Keys.Count);
        Assert.NotEqual(bytes, await File.ReadAllBytesAsync(home.NewestGeneration()));
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("damaged")]
    public async Task Checkpoint_LostOrDamaged_IsWrittenWithoutACredential(string how)
    {
        await using var home = await ProviderHome.Serving();
        if (how == "lost")
            File.Delete(home.Checkpoint);
        else
            await File.WriteAllBytesAsync(home.Checkpoint, new byte[40]);
        await home.Stop();
        await home.Serve();
        Assert.Equal("checkpoint-damaged", (await home.Status()).Problem!.Code);
        var result = await home.Run(["repair", "-o", "json"]);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("wrote a new checkpoint", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await home.Status()).ExitCode);
        Assert.Contains("nothing to repair", (await home.Run(["repair"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Checkpoint_DamagedIntoAContradiction_IsWrittenWithoutACredential()
    {
        await using var home = await ProviderHome.Create();
        var text = await File.ReadAllTextAsync(home.Checkpoint);
        await File.WriteAllTextAsync(
            home.Checkpoint,
            text.Replace("generation 1", "generation 9", StringComparison.Ordinal)
        );
        await home.Serve();
        // The node token's key disproves it: nothing says that the ring is an older one.
        Assert.Equal("checkpoint-damaged", (await home.Status()).Problem!.Code);

        var result = await home.Run(["repair"]);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("found: the checkpoint is damaged", result.Output, StringComparison.Ordinal);
        Assert.Equal(("unsealed", 0), ((await home.Status()).State, (await home.Status()).ExitCode));
    }

    [Fact]
    public async Task ModesAndOwners_Wrong_AreCorrected()
    {
        await using var home = await ProviderHome.Create();
        File.SetUnixFileMode(home.State, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(home.NewestGeneration(), (UnixFileMode)0b110_100_100);
        File.SetUnixFileMode(home.Token, (UnixFileMode)0b110_110_110);

        var report = await Run(home);

        Assert.Equal(3, report.Actions.Count);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(home.State));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(home.NewestGeneration()));
        await home.Serve();
        Assert.Equal("unsealed", (await home.Status()).State);
    }

    [Fact]
    public async Task StaleSocketAndLockFile_OfAKilledDaemon_DoNotStandInTheWay()
    {
        await using var home = await ProviderHome.Serving();
        await home.Rotate(); // leaves write.lock, which nobody holds
        await home.Kill();
        Assert.True(File.Exists(home.At("state", "write.lock")));

        var report = await Run(home);

        Assert.Equal(2, report.Actions.Count(a => a.StartsWith("removed the stale socket", StringComparison.Ordinal)));
        Assert.False(File.Exists(home.KmsSocket));
        await home.Serve();
        Assert.Equal("unsealed", (await home.Status()).State);
    }

    [Fact]
    public async Task InterruptedTokenReplacement_IsFinished()
    {
        await using var home = await ProviderHome.Create();
        var old = await File.ReadAllBytesAsync(home.Token);
        await home.Rotate();
        File.Move(home.Token, home.Token + ".next"); // the power went between the ring's commit and the token's rename
        await File.WriteAllBytesAsync(home.Token, old);
        File.SetUnixFileMode(home.Token, (UnixFileMode)0b110_000_000);
        await home.Serve();
        Assert.Equal("unsealed", (await home.Status()).State);

        Assert.Empty((await Run(home)).Plan);

        Assert.False(File.Exists(home.Token + ".next"));
        Assert.Equal(2, (await home.Rotate()).Generation - 1);
    }

    private static readonly string[] Credential = ["--passphrase-file", "-"];

    /// <summary>The passphrase, and a second one on the next line.</summary>
    private static byte[] Two(ProviderHome home) => [.. home.Passphrase, .. "\nanother passphrase\n"u8];

    private static async Task<RepairReport> Run(ProviderHome home, params string[] more)
    {
        var result = await home.Run([.. Repair, "-o", "json", .. more], home.Passphrase);
        Assert.True(result.Exit == 0, result.ToString());
        return JsonSerializer.Deserialize(result.Output, AdminJson.Default.RepairReport)!;
    }

    private static async Task Damage(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }

    private static Dictionary<string, string> Files(ProviderHome home) =>
        Directory
            .GetFiles(home.State, "*", SearchOption.AllDirectories)
            .Where(f => !f.EndsWith(".lock", StringComparison.Ordinal))
            .ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f)), StringComparer.Ordinal);
}
