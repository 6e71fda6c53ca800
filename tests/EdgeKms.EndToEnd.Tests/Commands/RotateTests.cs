using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Commands;

public sealed class RotateTests
{
    [Fact]
    public async Task Rotate_Many_KeepEveryOldKeyReadable()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var wrapped = new List<EdgeKms.Kms.V2.EncryptResponse>();
        for (var i = 0; i < 20; i++)
        {
            await kms.Status();
            wrapped.Add(await kms.Encrypt([(byte)i, .. new byte[31]]));
            await home.Rotate();
        }
        await home.Stop();
        await home.Serve();

        Assert.Equal(20, wrapped.Select(w => w.KeyId).Distinct().Count());
        for (var i = 0; i < wrapped.Count; i++)
            Assert.Equal(i, (await kms.Decrypt(wrapped[i]))[0]);
        Assert.Equal(16, Directory.GetFiles(home.Ring).Length); // kept generations
    }

    [Fact]
    public async Task Rotate_BeforeTheNextStatus_EncryptsUnderTheAnnouncedKey()
    {
        await using var home = await ProviderHome.Serving();
        using var kms = home.Kms();
        var announced = (await kms.Status()).KeyId;
        var rotation = await home.Rotate();

        var before = await kms.Encrypt(new byte[32]);
        var next = (await kms.Status()).KeyId;
        var after = await kms.Encrypt(new byte[32]);

        Assert.Equal(announced, before.KeyId);
        Assert.Equal((rotation.NewKeyId, rotation.NewKeyId), (next, after.KeyId));
    }

    [Fact]
    public async Task Rotate_ManyAtOnce_AreOneAfterTheOther()
    {
        await using var home = await ProviderHome.Serving();
        var reports = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => home.Rotate()));

        Assert.Equal([2, 3, 4, 5, 6, 7], reports.Select(r => r.Generation).Order());
        Assert.Equal(6, reports.Select(r => r.NewKeyId).Distinct().Count());
        Assert.Equal((7, 0), ((await home.Status()).Ring!.Generation, (await home.Status()).ExitCode));
    }

    [Fact]
    public async Task Rotate_DryRun_ChangesNothing()
    {
        await using var home = await ProviderHome.Serving();
        var before = (await home.Status()).Ring!.Digest;

        var result = await home.Run(["rotate", "--dry-run"]);

        Assert.True(result.Exit == 0, result.ToString());
        Assert.Equal(before, (await home.Status()).Ring!.Digest);
        Assert.Single(Directory.GetFiles(home.Ring));
    }
}
