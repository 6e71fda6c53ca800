using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

/// <summary><c>backup</c>, <c>restore</c> and <c>backup.directory</c>.</summary>
public sealed class BackupTests
{
    [Theory]
    [InlineData("passphrase")]
    [InlineData("recovery code")]
    public async Task Backup_OnABareMachine_IsOpenedByTheCredentialAndReadsEverything(string credential)
    {
        await using var lost = await ProviderHome.Serving();
        await lost.Rotate();
        using var kms = lost.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        var file = lost.At("a.backup");
        Assert.Equal(0, (await lost.Run(["backup", file])).Exit);
        await lost.Stop();
        await using var bare = new ProviderHome();
        string[] how = [credential == "passphrase" ? "--passphrase-file" : "--recovery-code-file", "-"];
        var secret = credential == "passphrase" ? lost.Passphrase : await File.ReadAllBytesAsync(lost.RecoveryCodeFile);

        var verify = await bare.Run(["restore", file, "--verify", .. how], secret);
        Assert.True(verify.Exit == 0, verify.ToString());
        Assert.Contains(wrapped.KeyId + "  active  tested", verify.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bare.State));
        var report = await Restore(bare, file, secret, how);

        Assert.Equal((2, 3), (report.BackupGeneration, report.Generation));
        await bare.Serve();
        using var there = bare.Kms();
        Assert.Equal(new byte[32], await there.Decrypt(wrapped));
        Assert.Equal(report.NewKeyId, (await there.Status()).KeyId);
        Assert.Equal(0, (await bare.Status()).ExitCode);
    }

    [Fact]
    public async Task Restore_OverANewerOrAnotherRing_IsRefusedUnlessForcedWithAReason()
    {
        await using var home = await ProviderHome.Create();
        var file = home.At("old.backup");
        Assert.Equal(0, (await home.Run(["backup", file])).Exit);
        await home.Rotate();
        await using var other = await ProviderHome.Create();
        string[] restore = ["restore", file, "--passphrase-file", "-"];

        var newer = await home.Run(restore, home.Passphrase);
        var foreign = await other.Run(restore, home.Passphrase);

        Assert.True(newer.Exit == 3, newer.ToString());
        Assert.Contains("a key of this machine's ring", newer.Error, StringComparison.Ordinal);
        Assert.True(foreign.Exit == 3, foreign.ToString());
        Assert.Contains("another key ring", foreign.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await home.Run([.. restore, "--force", ""], home.Passphrase)).Exit);
        Assert.Equal(0, (await home.Run([.. restore, "--force", "a drill"], home.Passphrase)).Exit);
        Assert.Equal(0, (await other.Run([.. restore, "--force", "mixed up"], home.Passphrase)).Exit);
        await home.Serve();
        Assert.Equal(3, (await home.Status()).Ring!.Generation);
        await other.Serve();
        Assert.Equal(0, (await other.Status()).ExitCode);
        var audit = await home.Run(["audit-log", "show"]);
        Assert.Contains("forced: a drill", audit.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfABackupOfTheSameNumberThatLacksAKey_IsRefused()
    {
        await using var home = await ProviderHome.Create();
        var first = home.At("first.backup");
        Assert.Equal(0, (await home.Run(["backup", first])).Exit);
        await using var twin = new ProviderHome();
        await Restore(twin, first, home.Passphrase, ["--passphrase-file", "-"]); // generation 2 of its own
        var second = twin.At("second.backup");
        Assert.Equal(0, (await twin.Run(["backup", second])).Exit);
        var rotation = await home.Rotate(); // generation 2, with another key

        var result = await home.Run(["restore", second, "--passphrase-file", "-"], home.Passphrase);

        Assert.True(result.Exit == 3, result.ToString());
        Assert.Contains($"the backup lacks {rotation.NewKeyId}", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfAnOlderBackup_NeverYieldsAKeyIdThatWasUsedBefore()
    {
        await using var home = await ProviderHome.Create();
        var file = home.At("old.backup");
        Assert.Equal(0, (await home.Run(["backup", file])).Exit);
        var used = new HashSet<string>(StringComparer.Ordinal);
        await home.Serve();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 3; i++)
                Assert.True(used.Add((await home.Rotate()).NewKeyId!));
            var report = await Restore(home, file, home.Passphrase, ["--passphrase-file", "-", "--force", "test"]);
            Assert.True(used.Add(report.NewKeyId!));
        }
        Assert.True(used.Add((await home.Rotate()).NewKeyId!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(100)]
    [InlineData(-1)]
    public async Task Backup_Damaged_IsRefused(int at)
    {
        await using var home = await ProviderHome.Create();
        var file = home.At("a.backup");
        Assert.Equal(0, (await home.Run(["backup", file])).Exit);
        Assert.Equal(3, (await home.Run(["backup", file])).Exit);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[at < 0 ? ^1 : at] ^= 4;
        await File.WriteAllBytesAsync(file, bytes);

        var result = await home.Run(["restore", file, "--verify", "--passphrase-file", "-"], home.Passphrase);

        Assert.True(result.Exit == 7, result.ToString());
        Assert.Contains("edgekms: hint: take another backup", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BackupDirectory_GetsOneAtEachChangeBeforeTheKeyIsAnnounced()
    {
        await using var home = new ProviderHome();
        var folder = Directory.CreateDirectory(home.At("backups")).FullName;
        string[] settings = ["--backup-directory", folder, "--backup-keep", "3"];
        Assert.Equal(0, (await home.Init(settings)).Exit);
        await home.Serve(settings);
        using var kms = home.Kms();
        for (var i = 0; i < 4; i++)
        {
            var result = await home.Run(["rotate", "-o", "json", .. settings]);
            var report = JsonSerializer.Deserialize(result.Output, AdminJson.Default.RotateReport)!;
            Assert.Equal(report.NewKeyId, (await kms.Status()).KeyId);
            var newest = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Last();
            Assert.Equal(report.Backup, Path.GetFileName(newest));
            var backup = await File.ReadAllBytesAsync(newest);
            var ring = await File.ReadAllBytesAsync(home.NewestGeneration());
            Assert.Equal(ring, backup[^ring.Length..]);
        }
        Assert.Equal(3, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task BackupTarget_Failing_WarnsAndBlocksOnlyWhereItIsRequired()
    {
        await using var home = await ProviderHome.Serving();
        string[] settings = ["--backup-directory", home.At("nowhere")];
        using var kms = home.Kms();

        var required = await home.Run(["rotate", .. settings, "--backup-required", "true"]);
        Assert.True(required.Exit == 8, required.ToString());
        Assert.Contains("no backup was written", required.Error, StringComparison.Ordinal);
        Assert.Equal((1, 0), ((await home.Status()).Ring!.Generation, (await home.Status()).ExitCode));
        Assert.Equal(new byte[32], await kms.Decrypt(await kms.Encrypt(new byte[32])));
        await home.Stop();
        await home.Serve();

        var optional = await home.Run(["rotate", .. settings]);
        Assert.True(optional.Exit == 0, optional.ToString());
        Assert.Contains("edgekms: warning: no backup was written", optional.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_OfASealedRing_IsMadeAndSaysThatItWasNotOpened()
    {
        await using var home = await ProviderHome.Create();
        File.Delete(home.Token);
        var file = home.At("sealed.backup");

        var result = await home.Run(["backup", file]);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("could not be opened to test it", result.Error, StringComparison.Ordinal);
        var verify = await home.Run(["restore", file, "--verify", "--passphrase-file", "-"], home.Passphrase);
        Assert.True(verify.Exit == 0, verify.ToString());
        Assert.Contains("it holds every key of this machine's ring", verify.Output, StringComparison.Ordinal);
    }

    private static async Task<RestoreReport> Restore(ProviderHome home, string file, byte[] secret, string[] more)
    {
        var result = await home.Run(["restore", file, "-o", "json", .. more], secret);
        Assert.True(result.Exit == 0, result.ToString());
        return JsonSerializer.Deserialize(result.Output, AdminJson.Default.RestoreReport)!;
    }
}
