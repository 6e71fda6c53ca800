using EdgeKms.Cli.Scan;

namespace EdgeKms.Cli.Tests.Scan;

public sealed class ScanNamesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string Configuration()
    {
        File.WriteAllText(
            _directory["c.yaml"],
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources:
              - resources: [secrets, configmaps]
                providers: [{ kms: { apiVersion: v2, name: edgekms } }]
            """
        );
        return _directory["c.yaml"];
    }

    [Fact]
    public void Of_EachWayToAsk_HasItsNamesAndItsGap()
    {
        var configuration = Configuration();
        var named = ScanNames.Of(["pods"], all: false, configuration);
        Assert.Equal(("resources", "pods", true), (named.Kind, named.Names.Single(), named.Gap is not null));
        var configured = ScanNames.Of([], all: false, configuration);
        Assert.Equal(("configuration", null), (configured.Kind, configured.Gap));
        Assert.Equal(["secrets", "configmaps"], configured.Names);
        Assert.Equal(("all", null), (ScanNames.Of([], true, configuration).Kind, ScanNames.Of([], true, null).Gap));
        Assert.Equal("secrets", ScanNames.Of([], false, null).Kind);
        Assert.NotNull(ScanNames.Of([], false, null).Gap);
    }
}
