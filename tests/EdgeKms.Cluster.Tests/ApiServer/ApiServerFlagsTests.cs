using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Tests.ApiServer;

/// <summary>As pflag reads them.</summary>
public class ApiServerFlagsTests
{
    [Theory]
    [InlineData("--encryption-provider-config=/a", "/a", false)]
    [InlineData("--encryption-provider-config /a", "/a", false)]
    [InlineData("--encryption-provider-config=/a --encryption-provider-config /b", "/b", false)]
    [InlineData("--encryption_provider_config=/a", "/a", false)]
    [InlineData("--encryption-provider-config=a=b", "a=b", false)]
    [InlineData("--v=4 --encryption-provider-config=/a --encryption-provider-config-automatic-reload", "/a", true)]
    [InlineData("--encryption-provider-config-automatic-reload=true --encryption-provider-config=/a", "/a", true)]
    [InlineData("--encryption-provider-config-automatic-reload=T", null, true)]
    [InlineData("--encryption-provider-config-automatic-reload=1", null, true)]
    [InlineData("--encryption-provider-config-automatic-reload=false", null, false)]
    [InlineData(
        "--encryption-provider-config-automatic-reload=true --encryption-provider-config-automatic-reload=0",
        null,
        false
    )]
    [InlineData("--encryption-provider-config-automatic-reload false --encryption-provider-config /a", "/a", true)]
    [InlineData("-- --encryption-provider-config=/a", null, false)]
    [InlineData("--encryption-provider-config", "", false)]
    [InlineData("--encryption-provider-configs=/a", null, false)]
    [InlineData("", null, false)]
    public void Parse_Words_AreReadAsPflagDoes(string line, string? file, bool reloads)
    {
        var flags = ApiServerFlags.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((file, reloads), (flags.EncryptionConfig, flags.AutomaticReload));
    }

    [Fact]
    public void Parse_Etcd_ListsGrowAndThePrefixIsTheLast()
    {
        var flags = ApiServerFlags.Parse([
            "--etcd-servers=https://a:2379,https://b:2379",
            "--etcd-prefix",
            "/x",
            "--etcd-servers",
            "https://c:2379",
            "--etcd-prefix=/y",
        ]);

        Assert.Equal(["https://a:2379", "https://b:2379", "https://c:2379"], flags.EtcdServers);
        Assert.Equal("/y", flags.EtcdPrefix);
        Assert.Null(ApiServerFlags.Parse([]).EtcdPrefix);
    }
}
