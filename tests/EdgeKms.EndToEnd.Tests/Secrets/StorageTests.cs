using System.Text;
using EdgeKms.EndToEnd.Tests.Cluster;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.Secrets;

[Collection(ClusterTests.Name)]
public sealed class StorageTests(ClusterFixture cluster)
{
    [Fact]
    public async Task Secret_CreatedUpdatedAndRead_IsStoredUnderTheKeyOfStatus()
    {
        await cluster.Api.Create("stored", "first");
        var first = await cluster.Etcd.Get("/registry/secrets/default/stored");
        await cluster.Api.Update("stored", "second");
        var second = await cluster.Stored("stored");
        using var kms = cluster.Provider.Kms();
        var status = await kms.Status();

        Assert.True(first.AsSpan().StartsWith("k8s:enc:kms:v2:edgekms:"u8));
        Assert.Equal("second", await cluster.Api.Read("stored"));
        Assert.Equal("edgekms", second.Provider);
        Assert.Equal(status.KeyId, second.KeyId);
        Assert.Equal(await cluster.Provider.ActiveKey(), second.KeyId);
        Assert.NotEqual(first, await cluster.Etcd.Get("/registry/secrets/default/stored"));
        Assert.Equal(1, second.SeedType); // HKDF_SHA256_XNONCE_AES_GCM_SEED
        Assert.Equal(0, second.Annotations);
    }

    [Fact]
    public async Task Secret_Stored_OpensWithNothingButTheProvider()
    {
        await cluster.Api.Create("unwrapped", "value");
        var stored = await cluster.Stored("unwrapped");
        using var kms = cluster.Provider.Kms();

        var seed = await kms.Decrypt(stored.KeyId, stored.Seed);

        Assert.Equal(32, seed.Length);
        Assert.True(stored.Seed.Length <= 96, $"the envelope has {stored.Seed.Length} bytes");
    }

    [Fact]
    public async Task PlainText_OfASecret_IsNowhereInEtcdsFiles()
    {
        var (secret, open) = (Canary.Text(), Canary.Text());
        await cluster.Api.Create("hidden", secret);
        await cluster.Api.Update("hidden", secret + " updated");
        await cluster.Api.CreateConfigMap("open", open);

        // The ConfigMap is not encrypted: the search that finds it would have found the Secret.
        Assert.NotEmpty(await cluster.Etcd.FilesWith(Encoding.UTF8.GetBytes(open)));
        Assert.Empty(await cluster.Etcd.FilesWith(Encoding.UTF8.GetBytes(secret)));
        Assert.Equal(secret + " updated", await cluster.Api.Read("hidden"));
    }
}
