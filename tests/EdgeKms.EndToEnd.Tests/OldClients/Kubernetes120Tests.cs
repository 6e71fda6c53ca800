using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EdgeKms.EndToEnd.Tests.Provider;

namespace EdgeKms.EndToEnd.Tests.OldClients;

/// <summary>
/// A whole kube-apiserver of 2021, which knows KMS v1 alone and sends the path of the socket as its authority.
/// </summary>
public sealed class Kubernetes120Tests(Kubernetes120Cluster kubernetes) : IClassFixture<Kubernetes120Cluster>
{
    [Fact]
    public async Task Secret_OnKubernetes120_IsStoredUnderTheActiveKeyAndNowhereInTheClear()
    {
        var cluster = kubernetes.Cluster;
        var secret = Canary.Text();
        await cluster.Api.Create("stored", "first");
        await cluster.Api.Update("stored", secret);
        var stored = await cluster.Stored("stored");

        Assert.Equal("edgekms", stored.Provider);
        Assert.Equal(await cluster.Provider.ActiveKey(), stored.KeyId);
        Assert.Equal(secret, await cluster.Api.Read("stored"));
        Assert.False(Canary.IsIn(stored.Data, Encoding.UTF8.GetBytes(secret)));
        Assert.Empty(await cluster.Etcd.FilesWith(Encoding.UTF8.GetBytes(secret)));
    }

    [Fact]
    public async Task HealthCheck_OnKubernetes120_IsTheProvidersOwn()
    {
        Assert.Equal(HttpStatusCode.OK, await kubernetes.Cluster.Api.Try("/healthz/kms-provider-0"));
        Assert.Contains("[+]kms-provider-0 ok", await kubernetes.Cluster.Api.ReadyChecks(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OnKubernetes120_PassesWhatKmsV1CanShow()
    {
        var text = await kubernetes.Cluster.Verify("edgekms");

        Assert.Contains("[ ]automatic-reload: Kubernetes v1.20.2 can't", text, StringComparison.Ordinal);
        Assert.Contains("for secrets, with KMS v1", text, StringComparison.Ordinal);
        Assert.Contains("has the probe as k8s:enc:kms:v1:edgekms:", text, StringComparison.Ordinal);
        Assert.Contains(
            $"[+]key-id: the probe is under the active key {await kubernetes.Cluster.Provider.ActiveKey()}",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("[ ]metrics: ", text, StringComparison.Ordinal);
        Assert.EndsWith("verified: 10 checks passed, 3 skipped\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotation_OnKubernetes120_KeepsTheOldReadableAndWritesUnderTheNewKeyAtOnce()
    {
        var cluster = kubernetes.Cluster;
        await cluster.Api.Create("before", "old");
        var before = await cluster.Bytes("before");

        var rotation = await cluster.Provider.Rotate();
        await cluster.Api.Create("after", "new");
        Assert.Equal(rotation.OldKeyId, (await cluster.Stored("before")).KeyId);
        Assert.Equal(rotation.NewKeyId, (await cluster.Stored("after")).KeyId);

        await cluster.Api.Restart(); // it forgets every DEK
        Assert.Equal("old", await cluster.Api.Read("before"));
        Assert.Equal("new", await cluster.Api.Read("after"));
        Assert.Equal(before, await cluster.Bytes("before"));
        await cluster.Api.Update("before", "newer");
        Assert.Equal(rotation.NewKeyId, (await cluster.Stored("before")).KeyId);
    }

    [Fact]
    public async Task Replace_AfterARotation_MovesASecretOnlyWithAChange()
    {
        var cluster = kubernetes.Cluster;
        await cluster.Api.Create("replaced", "value");
        var before = await cluster.Bytes("replaced");
        var rotation = await cluster.Provider.Rotate();

        await cluster.Replace("replaced");
        Assert.Equal(before, await cluster.Bytes("replaced"));
        Assert.Equal(rotation.OldKeyId, (await cluster.Stored("replaced")).KeyId);

        await cluster.Replace(
            "replaced",
            secret => secret["metadata"]!["annotations"] = new JsonObject { ["moved"] = "yes" }
        );
        Assert.Equal(rotation.NewKeyId, (await cluster.Stored("replaced")).KeyId);
        Assert.Equal("value", await cluster.Api.Read("replaced"));
    }
}
