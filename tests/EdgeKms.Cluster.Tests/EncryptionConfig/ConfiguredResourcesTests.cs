using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

public sealed class ConfiguredResourcesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_EntriesOfEachKind_AreApart()
    {
        var found = ConfiguredResources.Read(
            _directory.Write(
                "c.yaml",
                """
                apiVersion: apiserver.config.k8s.io/v1
                kind: EncryptionConfiguration
                resources:
                  - resources: [events]
                    providers: [{ identity: {} }]
                  - resources: [secrets, configmaps]
                    providers: [{ kms: { apiVersion: v2, name: edgekms } }, { identity: {} }]
                  - resources: ["*.apps", events]
                    providers: [{ identity: {} }, { kms: { name: edgekms } }]
                """
            )
        );
        Assert.Equal(["secrets", "configmaps", "*.apps"], found.Encrypted);
        Assert.Equal(["events"], found.InTheClear);
    }

    [Fact]
    public void Read_AnotherFile_IsRefused() =>
        Assert.Equal(
            ExitCode.Usage,
            Assert.Throws<CommandException>(() => ConfiguredResources.Read(_directory.Write("x", "kind: Pod"))).ExitCode
        );
}
