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
    [InlineData("[\"*.\"]", "[configmaps.apps]", "aescbc (a)")]
    [InlineData("[\"*.*\"]", "[]", "aescbc (a)")]
    [InlineData("[secrets]", "[\"*.\"]", "aescbc (a)")]
    [InlineData("[secrets]", "[secrets]", "aescbc (a), identity")]
    [InlineData("[secrets.example.com]", "[\"*.apps\"]", "")]
    public void Read_EntriesThatCoverSecrets_AreTheNarrowest(string first, string second, string provider) =>
        Assert.Equal(
            provider,
            string.Join(
                ", ",
                Read(
                    $$"""
                    apiVersion: apiserver.config.k8s.io/v1
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
        var kms = Read(File("{kms: {name: old}}"));
        Assert.Equal(new ConfiguredProvider("kms", "old", "v1", null), Assert.Single(kms));
    }

    [Theory]
    [InlineData("without kind", "{}")]
    [InlineData("two kinds", "{identity: {}, kms: {}}")]
    [InlineData("an object is expected", "kms")]
    [InlineData("an object is expected", "{kms: x}")]
    [InlineData("a whole number", "{kms: {cachesize: many}}")]
    [InlineData("does not know \"Name\"", "{kms: {Name: x}}")]
    public void Read_AnotherFile_IsRefused(string reason, string provider) =>
        Assert.Contains(reason, Assert.Throws<CommandException>(() => Read(File(provider))).Message);

    private static string File(string provider) =>
        $$"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: EncryptionConfiguration
            resources: [{resources: [secrets], providers: [{{provider}}]}]
            """;
}
