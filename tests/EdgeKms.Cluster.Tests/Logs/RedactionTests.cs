using System.Text;
using EdgeKms.Cluster.Logs;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Logs;

public sealed class RedactionTests
{
    private const string Key = "c2VjcmV0LWtleQ==";

    public static TheoryData<string> Forms =>
        new()
        {
            // Block, flow, JSON on one line and on several, quoted names, block scalars, an odd order, anchors, unknown members.
            $"kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n        secret: {Key}\n",
            $"kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers: [{{aescbc: {{keys: [{{name: k1, secret: {Key}}}]}}}}]\n",
            """{"kind":"EncryptionConfiguration","resources":[{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"k1","secret":"KEY"}]}}]}]}""".Replace(
                "KEY",
                Key
            ),
            $$"""
                {
                  "kind": "EncryptionConfiguration",
                  "resources": [{ "resources": ["secrets"], "providers": [{ "aescbc": { "keys": [{ "name": "k1", "secret" :
                  "{{Key}}" }] } }] }]
                }
                """,
            $"kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n        \"secret\"  : >-\n          {Key}\n",
            $"kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n        ? secret\n        : |\n          {Key}\n",
            $"kind: EncryptionConfiguration\nx: &k {Key}\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n        secret: *k\n",
            $"kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n        Secret: {Key}\n      sekret: {Key}\n    note: {{ a: {Key} }}\n",
            $"kind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - name: k1\n        secret: x # {Key}\n",
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void EncryptionConfig_AnyForm_HasNoKey(string file)
    {
        var shown = Redaction.EncryptionConfig(Encoding.UTF8.GetBytes(file), "/f");

        Assert.DoesNotContain(Key[..8], shown);
        foreach (var kept in new[] { "EncryptionConfiguration", "secrets", "aescbc", "k1", "(removed)" })
            Assert.Contains($"\"{kept}\"", shown);
    }

    [Fact]
    public void EncryptionConfig_WhatHelpsToFindAFault_IsShown() =>
        Assert.Equal(
            """
            {
              "apiVersion": "apiserver.config.k8s.io/v1",
              "kind": "EncryptionConfiguration",
              "resources": [
                {
                  "resources": [
                    "secrets"
                  ],
                  "providers": [
                    {
                      "kms": {
                        "name": "edgekms",
                        "apiVersion": "v2",
                        "endpoint": "unix:///k",
                        "timeout": "3s"
                      }
                    },
                    {
                      "identity": {}
                    }
                  ]
                }
              ]
            }

            """,
            Redaction.EncryptionConfig(
                "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers:\n  - kms: { name: edgekms, apiVersion: v2, endpoint: 'unix:///k', timeout: 3s }\n  - identity: {}\n"u8.ToArray(),
                "/f"
            )
        );

    [Theory]
    [InlineData("/etc/edgekms/encryption-config.yaml.before-migration")]
    [InlineData("/etc/edgekms/encryption-config.yaml.before-migration-2")]
    public void EncryptionConfig_ACopyThatAMigrationKept_IsNotCollected(string path) =>
        Assert.Equal(
            ExitCode.Refused,
            Assert.Throws<CommandException>(() => Redaction.EncryptionConfig("kind: x"u8.ToArray(), path)).ExitCode
        );

    [Theory]
    [InlineData($"secret: {Key}: {Key}")]
    [InlineData($"- {Key}")]
    [InlineData($"resources: {Key}")]
    [InlineData($"resources: [{{providers: [{Key}]}}]")]
    [InlineData($"kind: [{Key}]")]
    public void EncryptionConfig_AFileThatIsNone_IsRefusedWithoutItsText(string file)
    {
        var e = Assert.Throws<CommandException>(() => Redaction.EncryptionConfig(Encoding.UTF8.GetBytes(file), "/f"));
        Assert.DoesNotContain(Key[..8], $"{e.Message} {e.Hint}");
    }
}
