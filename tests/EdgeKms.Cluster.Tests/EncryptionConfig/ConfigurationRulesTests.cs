using System.Text;
using EdgeKms.Cluster.EncryptionConfig;

namespace EdgeKms.Cluster.Tests.EncryptionConfig;

/// <summary>What kube-apiserver decodes and refuses all the same (validation_encryption.go of k8s.io/apiserver 0.36).</summary>
public sealed class ConfigurationRulesTests
{
    private const string Aes16 = "MDEyMzQ1Njc4OWFiY2RlZg==";
    private const string Aes24 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
    private const string Bytes32 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private const string Bytes15 = "MDEyMzQ1Njc4OWFiY2Rl";

    [Theory]
    [InlineData("kms: {name: a, apiVersion: v2, endpoint: unix:///a}")]
    [InlineData("kms: {name: a, apiVersion: v2, endpoint: unix:///a, timeout: 300ms}")]
    [InlineData("kms: {name: 'a:b', endpoint: unix:///a}")]
    [InlineData("kms: {name: a, apiVersion: v1, endpoint: unix:///a, cachesize: 1}")]
    [InlineData("kms: {name: a, apiVersion: v1, endpoint: unix:///a, cachesize: -1}")]
    [InlineData(
        "kms: {name: a, apiVersion: v2, endpoint: unix:///a}",
        "kms: {name: b, apiVersion: v2, endpoint: unix:///a}"
    )]
    [InlineData(
        $"aescbc: {{keys: [{{name: a, secret: {Aes16}}}, {{name: b, secret: {Aes24}}}, {{name: c, secret: {Bytes32}}}]}}"
    )]
    [InlineData($"aesgcm: {{keys: [{{name: a, secret: {Aes16}}}]}}", "identity: {}")]
    [InlineData($"secretbox: {{keys: [{{name: a, secret: {Bytes32}}}]}}", "identity: {}", "identity: {}")]
    public void Refuse_ProvidersThatKubernetesTakes_IsNull(params string[] providers) =>
        Assert.Null(File("secrets", providers).Refusal());

    [Theory]
    [InlineData("the entry of secrets has no provider")]
    [InlineData("a KMS provider has no name", "kms: {apiVersion: v2, endpoint: unix:///a}")]
    [InlineData("a KMS provider has no name", "kms: {name: '', apiVersion: v2, endpoint: unix:///a}")]
    [InlineData("has apiVersion v3: only v1 and v2 exist", "kms: {name: a, apiVersion: v3, endpoint: unix:///a}")]
    [InlineData("has apiVersion V2: only v1 and v2 exist", "kms: {name: a, apiVersion: V2, endpoint: unix:///a}")]
    [InlineData("the name of KMS provider a:b has a colon", "kms: {name: 'a:b', apiVersion: v2, endpoint: unix:///a}")]
    [InlineData(
        "the name of KMS provider a stands twice (entry of secrets)",
        "kms: {name: a, apiVersion: v2, endpoint: unix:///a}",
        "kms: {name: a, apiVersion: v2, endpoint: unix:///b}"
    )]
    [InlineData("stands twice", "kms: {name: a, endpoint: unix:///a}", "kms: {name: a, endpoint: unix:///a}")]
    [InlineData(
        "stands twice",
        "kms: {name: a, endpoint: unix:///a}",
        "kms: {name: a, apiVersion: v2, endpoint: unix:///a}"
    )]
    [InlineData(
        "timeout 0s of KMS provider a is no time above zero",
        "kms: {name: a, apiVersion: v2, endpoint: unix:///a, timeout: 0s}"
    )]
    [InlineData("timeout -3s of", "kms: {name: a, apiVersion: v2, endpoint: unix:///a, timeout: -3s}")]
    [InlineData("timeout 3 s of", "kms: {name: a, apiVersion: v2, endpoint: unix:///a, timeout: 3 s}")]
    [InlineData("KMS provider a: there is no endpoint", "kms: {name: a, apiVersion: v2}")]
    [InlineData("does not begin with unix://", "kms: {name: a, apiVersion: v2, endpoint: /run/a.sock}")]
    [InlineData(
        "has a cachesize, which KMS v2 does not know",
        "kms: {name: a, apiVersion: v2, endpoint: unix:///a, cachesize: 5}"
    )]
    [InlineData("cachesize of KMS provider a is 0", "kms: {name: a, endpoint: unix:///a, cachesize: 0}")]
    [InlineData("aescbc has no key", "aescbc: {keys: []}")]
    [InlineData("secretbox has no key", "secretbox: {}")]
    [InlineData("a key of aesgcm has no name", $"aesgcm: {{keys: [{{secret: {Aes16}}}]}}")]
    [InlineData("key k of aescbc is not base64", "aescbc: {keys: [{name: k, secret: '%%%%'}]}")]
    [InlineData("key k of aescbc has 0 bytes", "aescbc: {keys: [{name: k}]}")]
    [InlineData(
        "key k of aescbc has 15 bytes, not 16 or 24 or 32",
        $"aescbc: {{keys: [{{name: k, secret: {Bytes15}}}]}}"
    )]
    [InlineData(
        "key l of aescbc has 15 bytes",
        $"aescbc: {{keys: [{{name: k, secret: {Aes16}}}, {{name: l, secret: {Bytes15}}}]}}"
    )]
    [InlineData("key k of secretbox has 16 bytes, not 32", $"secretbox: {{keys: [{{name: k, secret: {Aes16}}}]}}")]
    [InlineData(
        "key k of secretbox has 16 bytes",
        "identity: {}",
        $"secretbox: {{keys: [{{name: k, secret: {Aes16}}}]}}"
    )]
    public void Refuse_ProvidersThatKubernetesRefuses_SaysWhy(string reason, params string[] providers)
    {
        var refusal = File("secrets", providers).Refusal();

        Assert.Contains(reason, refusal);
        Assert.DoesNotContain(Bytes15, refusal);
        Assert.DoesNotContain(Aes16, refusal);
    }

    /// <summary>Resources of the entries, in their order, and what is refused; empty for nothing.</summary>
    [Theory]
    [InlineData("secrets; configmaps", "")]
    [InlineData("secrets; secrets", "")]
    [InlineData("secrets; *.", "")]
    [InlineData("deployments.apps; *.apps; *.*", "")]
    [InlineData("*.apps; secrets", "")]
    [InlineData("*.apps; secrets, deployments.apps", "resource deployments.apps is covered by an earlier *.apps")]
    [InlineData("*.; secrets", "resource secrets is covered by an earlier *.")]
    [InlineData("*.; secrets.", "resource secrets. is covered by an earlier *.")]
    [InlineData("*.*; secrets", "resource secrets is covered by an earlier *.*")]
    [InlineData("*.*; *.apps", "resource *.apps is covered by an earlier *.*")]
    [InlineData("*.apps; *.apps", "resource *.apps is covered by an earlier *.apps")]
    [InlineData("secrets; secrets, *.", "resource secrets is covered by *.")]
    [InlineData("secrets; Pods", "resource Pods must be written in lower case")]
    public void Refuse_Entries_AreNotMaskedByEarlierOnes(string entries, string reason)
    {
        var text = string.Concat(entries.Split("; ").Select(r => Entry(r, "identity: {}")));
        Assert.Equal(reason.Length == 0 ? null : reason, Parse(text).Refusal());
    }

    [Fact]
    public void Refuse_NoEntry_SaysSo()
    {
        Assert.Equal("there is no entry under resources", Parse(" []").Refusal());
        Assert.Equal("at least one resource is needed", Parse(Entry("", "identity: {}")).Refusal());
    }

    /// <summary>An API server that doesn't reload takes a name of KMS v1 twice, one of KMS v2 never.</summary>
    [Theory]
    [InlineData("v1", "v1", null)]
    [InlineData("v1", "v2", "stands twice")]
    [InlineData("v2", "v1", null)]
    [InlineData("v2", "v2", "stands twice")]
    public void Refuse_NameThatStandsTwiceWithoutReload_IsRefusedForKmsV2(string first, string second, string? reason)
    {
        var file = Parse(
            Entry("secrets", $"kms: {{name: a, apiVersion: {first}, endpoint: unix:///a}}")
                + Entry("pods", $"kms: {{name: a, apiVersion: {second}, endpoint: unix:///a}}")
        );

        Assert.Contains("stands twice", file.Refusal());
        var refusal = ConfigurationRules.Refuse(file.Entries, reloads: false);
        Assert.Equal(reason is null, refusal is null);
        Assert.Contains(reason ?? "", refusal ?? "");
    }

    private static EncryptionFile File(string resources, params string[] providers) =>
        Parse(Entry(resources, providers));

    private static string Entry(string resources, params string[] providers) =>
        $"\n- resources: [{string.Join(", ", resources.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(r => $"'{r}'"))}]\n  providers:"
        + (providers.Length == 0 ? " []" : string.Concat(providers.Select(p => $"\n  - {p}")));

    private static EncryptionFile Parse(string resources) =>
        EncryptionFile.Parse(
            Encoding.UTF8.GetBytes(
                $"apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:{resources}\n"
            ),
            "file"
        );
}
