using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Reencrypt;

public sealed class UnmovableResourcesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string ConfigurationFile => Path.Combine(_directory.Path, "encryption-config.yaml");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("apiVersion: v1")]
    [InlineData("cachesize: 100")]
    public void Refuse_KmsV1OrNoVersion_SaysThatNothingMovesAndWhatToDo(string version)
    {
        Write(("[secrets, configmaps]", $"kms: {{ name: edgekms, {version}, endpoint: unix:///k }}"));

        var e = Assert.Throws<CommandException>(() => Refuse([]));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.StartsWith("nothing would move: ", e.Message);
        Assert.Contains("has secrets, configmaps written by kms \"edgekms\" with KMS v1", e.Message);
        Assert.Equal(
            $"give the provider another name (providerName in edgekms.json), then \"edgekms migrate --to kms --encryption-config {ConfigurationFile}\": "
                + "KMS v2 writes every object anew, under the active key",
            e.Hint
        );
    }

    [Fact]
    public void Refuse_KmsV1OfAnotherName_IsRefusedWhereNothingElseIsThere()
    {
        Write(("[secrets]", "kms: { name: old, apiVersion: v1, endpoint: unix:///k }"));
        Assert.Throws<CommandException>(() => Refuse([]));

        Write(
            ("[secrets]", "kms: { name: edgekms, apiVersion: v2, endpoint: unix:///k }"),
            ("[configmaps]", "kms: { name: old, apiVersion: v1, endpoint: unix:///k }")
        );
        Refuse([]);
        Assert.Throws<CommandException>(() => Refuse(["configmaps"]));
    }

    [Theory]
    [InlineData("secrets", false)]
    [InlineData("configmaps", true)]
    [InlineData("deployments.apps", true)]
    public void Refuse_NamedResource_LooksAtTheEntryThatWritesIt(string named, bool refused)
    {
        Write(
            ("[secrets]", "kms: { name: edgekms, apiVersion: v2, endpoint: unix:///k }"),
            ("['*.']", "kms: { name: edgekms, apiVersion: v1, endpoint: unix:///k }"),
            ("['*.apps']", "identity: {}")
        );

        var e = Record.Exception(() => Refuse([named]));

        Assert.Equal(refused, e is CommandException);
    }

    [Fact]
    public void Refuse_KmsV2First_LetsItBeDone()
    {
        Write(("[secrets]", "kms: { name: edgekms, apiVersion: v2, endpoint: unix:///k }"));

        Refuse([]);
    }

    private string? Refuse(IReadOnlyList<string> named) =>
        UnmovableResources.Refuse(ConfiguredWriters.Read(ConfigurationFile, "edgekms"), named);

    private void Write(params (string Resources, string Provider)[] entries) =>
        File.WriteAllText(
            ConfigurationFile,
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
                + string.Concat(
                    entries.Select(e =>
                        $"- resources: {e.Resources}\n  providers:\n  - {e.Provider}\n  - identity: {{}}\n"
                    )
                )
        );
}
