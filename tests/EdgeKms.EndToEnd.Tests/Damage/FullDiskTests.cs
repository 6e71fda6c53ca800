using EdgeKms.EndToEnd.Tests.Processes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Damage;

/// <summary>Changes of the ring on a file system without space.</summary>
public sealed class FullDiskTests
{
    private const int Page = 4096;

    [Fact]
    public async Task Rotate_OnAFullDisk_LeavesTheOldGenerationAndTheService()
    {
        await using var disk = await SmallDisk.Mount();
        var home = disk.Home;
        await home.Serve();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        var before = await home.Status();
        disk.Fill(leave: 0);

        var result = await home.Run(["rotate"]);

        Assert.True(result.Exit == 8, result.ToString());
        Assert.Contains("edgekms: hint: free some space", result.Error, StringComparison.Ordinal);
        Assert.Equal(["ring-00000001"], Directory.GetFiles(home.Ring).Select(Path.GetFileName));
        var after = await home.Status();
        Assert.Equal((before.Ring!.Digest, 0), (after.Ring!.Digest, after.ExitCode));
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.Equal(before.Ring.Keys[0].Id, (await kms.Encrypt(new byte[32])).KeyId);

        disk.Free();
        Assert.Equal(2, (await home.Rotate()).Generation);
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
    }

    [Fact]
    public async Task Rotate_WithSpaceForTheRingAlone_SaysThatItRotated()
    {
        await using var disk = await SmallDisk.Mount();
        var home = disk.Home;
        await home.Serve();
        // The old token's page stays taken: with it the daemon could write the checkpoint at its next look.
        var old = File.OpenRead(home.Token);
        disk.Fill(leave: 2 * Page); // for the next token and the ring; none for the checkpoint

        var result = await home.Run(["rotate"]);

        // The rename of the ring was the commit: "it failed, all is as before" would be a lie.
        Assert.Equal(2, Directory.GetFiles(home.Ring).Length);
        Assert.True(result.Exit == 0, result.ToString());
        Assert.Contains("checkpoint", result.Error, StringComparison.Ordinal);
        // A key whose generation the checkpoint doesn't name is not announced: a repair could fall behind it.
        var waiting = await home.Status();
        Assert.Equal((1, "storage-full"), (waiting.Ring!.Generation, waiting.Problem?.Code));

        await old.DisposeAsync();
        disk.Free();
        await home.Rotate();
        Assert.Equal(0, (await home.Status()).ExitCode);
        await home.Stop();
        await home.Serve();
        Assert.Equal((3, 0), ((await home.Status()).Ring!.Generation, (await home.Status()).ExitCode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Init_OnAFullDisk_LeavesNothingThatStopsTheNext(int pages)
    {
        await using var disk = await SmallDisk.Mount(withRing: false);
        var home = disk.Home;
        disk.Fill(leave: pages * Page);

        var first = await home.Init();
        disk.Free();
        if (first.Exit == 0)
        {
            await home.Serve(); // it said that it made a ring: then it can be served
            Assert.Equal("unsealed", (await home.Status()).State);
            return;
        }
        Assert.True(first.Exit == 8, first.ToString());
        var second = await home.Init();
        Assert.True(second.Exit == 0, second.ToString());
        await home.Serve();
        Assert.Equal(("unsealed", 0), ((await home.Status()).State, (await home.Status()).ExitCode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Repair_OnAFullDisk_CanBeDoneAgain(int pages)
    {
        await using var disk = await SmallDisk.Mount();
        var home = disk.Home;
        await home.Serve();
        using var kms = home.Kms();
        var wrapped = await kms.Encrypt(new byte[32]);
        await home.Stop();
        File.Delete(home.Token);
        await home.Serve();
        disk.Fill(leave: pages * Page);
        string[] command = ["repair", "--passphrase-file", "-"];

        var first = await home.Run(command, home.Passphrase);
        Assert.True(first.Exit == 8, first.ToString());
        disk.Free();
        var second = await home.Run(command, home.Passphrase);

        Assert.True(second.Exit == 0, second.ToString());
        Assert.Equal(new byte[32], await kms.Decrypt(wrapped));
        Assert.Equal(("unsealed", 0), ((await home.Status()).State, (await home.Status()).ExitCode));
    }
}
