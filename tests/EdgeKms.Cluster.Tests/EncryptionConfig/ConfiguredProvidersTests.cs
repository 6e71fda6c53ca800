using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

public sealed class ConfiguredProvidersTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private IReadOnlyList<ConfiguredProvider> Read(string text) =>
        ConfiguredProviders.Read(_directory.Write("c.yaml", text), "secrets");

    [Theory]
    [InlineData(IdentityPlace.First, "identity, kms \"edge.kms\"")]
    [InlineData(IdentityPlace.Last, "kms \"edge.kms\", identity")]
    [InlineData(IdentityPlace.None, "kms \"edge.kms\"")]
    public void Read_WhatWeWrite_IsReadBack(IdentityPlace place, string providers)
    {
        var written = new EncryptionConfiguration(
            "edge.kms",
            "/run/a b/k.sock",
            TimeSpan.FromSeconds(3),
            ["configmaps", "secrets"],
            place
        );
        foreach (var text in new[] { written.Yaml(), written.Json() })
        {
            var read = Read(text);
            Assert.Equal(providers, string.Join(", ", read));
            var kms = read.Single(p => p.IsKms);
            Assert.Equal(("v2", "unix:///run/a%20b/k.sock"), (kms.ApiVersion, kms.Endpoint));
        }
    }

    [Theory]
    [InlineData("[configmaps]", "[secrets]", "identity")]
    [InlineData("[\"*.\"]", "[secrets]", "aescbc")]
    [InlineData("[\"*.*\"]", "[secrets]", "aescbc")]
    [InlineData("[secrets]", "[secrets]", "aescbc")]
    [InlineData("[secrets.example.com]", "[\"*.apps\"]", "")]
    public void Read_EntryThatCoversSecrets_IsTheFirst(string first, string second, string provider) =>
        Assert.Equal(
            provider,
            string.Join(
                ", ",
                Read(
                    $$"""
                    kind: EncryptionConfiguration
                    resources:
                      - resources: {{first}}
                        providers: [{ aescbc: { keys: [{ name: a, secret: c2VjcmV0 }] } }]
                      - resources: {{second}}
                        providers: [{ identity: {} }]
                    """
                )
            )
        );

    [Fact]
    public void Read_KmsWithoutApiVersion_IsV1()
    {
        var kms = Read(
            "{kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [{kms: {name: n}}]}]}"
        );
        Assert.Equal(new ConfiguredProvider("kms", "n", "v1", null), Assert.Single(kms));
    }

    [Theory]
    [InlineData("no EncryptionConfiguration", "kind: Config")]
    [InlineData(
        "one object with one name",
        "{kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [{}]}]}"
    )]
    [InlineData("resources must be a list", "{kind: EncryptionConfiguration, resources: secrets}")]
    [InlineData(
        "providers must be a list of objects",
        "{kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [kms]}]}"
    )]
    [InlineData(
        "kms must be an object",
        "{kind: EncryptionConfiguration, resources: [{resources: [secrets], providers: [{kms: x}]}]}"
    )]
    public void Read_AnotherFile_IsRefused(string reason, string text) =>
        Assert.Contains(reason, Assert.Throws<CommandException>(() => Read(text)).Message);
}
