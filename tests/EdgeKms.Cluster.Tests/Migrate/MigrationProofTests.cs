using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Cluster.Stored;

namespace EdgeKms.Cluster.Tests.Migrate;

public sealed class MigrationProofTests
{
    private const string Key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=";
    private const string Kms = "kms: {name: edgekms, apiVersion: v2, endpoint: unix:///x}";
    private const string Old = $"aescbc: {{keys: [{{name: key1, secret: {Key}}}]}}";
    private const string Other = $"aescbc: {{keys: [{{name: key2, secret: {Key}}}]}}";
    private const string Plain = "identity: {}";

    private static readonly ApiResource s_secrets = new("", "v1", "secrets", true);
    private static readonly ApiResource s_pods = new("", "v1", "pods", true);

    // Resource, stored prefix (- for the clear), providers now, providers then, what stops (- for nothing).
    public static TheoryData<string, string, string, string, string> Cases =>
        new()
        {
            { "secrets", "kms:v2:edgekms", $"{Kms}|{Old}", Kms, "-" },
            { "secrets", "kms:v1:edgekms", $"{Kms}|{Old}", Kms, "no provider of the configuration reads" },
            { "secrets", "kms:v2:edgekms-2", $"{Kms}|{Old}", Kms, "no provider of the configuration reads" },
            { "secrets", "aescbc:v1:key1", $"{Kms}|{Old}", Kms, "still stored with aescbc \"key1\"" },
            { "secrets", "aescbc:v1:key1", $"{Other}|{Old}", Other, "still stored with" },
            { "secrets", "aesgcm:v1:key1", $"{Kms}|{Old}", $"{Kms}|{Old}", "no provider of the configuration reads" },
            { "secrets", "-", $"{Kms}|{Plain}", Kms, "still stored in the clear" },
            { "secrets", "-", $"{Kms}|{Plain}", $"{Kms}|{Plain}", "-" },
            { "secrets", "-", Kms, Kms, "no provider of the configuration reads" },
            { "pods", "-", $"{Kms}|{Plain}", Kms, "-" },
            { "pods", "aescbc:v1:key1", $"{Kms}|{Old}", Kms, "no entry of the configuration covers pods" },
            { "?", "aescbc:v1:key1", $"{Kms}|{Old}", Kms, "no resource that the API server serves" },
            { "?", "kms:v2:edgekms", $"{Kms}|{Old}", Kms, "-" },
            { "?", "-", $"{Kms}|{Plain}", Kms, "-" },
            { "ranges", "-", $"{Kms}|{Plain}", Kms, "-" },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_OneGroup_SaysWhatStops(string resource, string stored, string now, string then, string reason)
    {
        var proof = MigrationProof.Of(
            Census(resource, stored),
            "/registry",
            File("secrets", now),
            File("secrets", then)
        );

        Assert.Equal(reason == "-", proof.IsEnough);
        if (reason != "-")
            Assert.Contains(reason, Assert.Single(proof.Blockers).Reason);
    }

    [Fact]
    public void Of_NothingAtAll_IsNotEnough() =>
        Assert.False(MigrationProof.Of(new StoredCensus(0, []), "/registry", File("secrets", Kms)).IsEnough);

    // A wildcard covers resources that nobody knows today: what lies there in the clear can't be stored anew.
    [Fact]
    public void Of_UnservedInTheClearUnderAWildcard_StopsTheRemovalOfIdentity()
    {
        var (now, then) = (File("'*.*'", $"{Kms}|{Plain}"), File("'*.*'", Kms));

        Assert.False(MigrationProof.Of(Census("?", "-"), "/registry", now, then).IsEnough);
        Assert.True(MigrationProof.Of(Census("?", "-"), "/registry", now, now).IsEnough);
        Assert.True(MigrationProof.Of(Census("ranges", "-"), "/registry", now, then).IsEnough);
    }

    private static StoredCensus Census(string resource, string stored)
    {
        StoredPrefix? prefix = stored.Split(':') is [var provider, var version, var name]
            ? new StoredPrefix(provider, version, name)
            : null;
        var form = prefix switch
        {
            null => StoredForm.Plain,
            { Provider: "kms", Version: "v2" } => StoredForm.KmsV2,
            { Provider: "kms" } => StoredForm.KmsV1,
            _ => StoredForm.LocalKey,
        };
        var place = $"/registry/{resource}/";
        return new StoredCensus(
            1,
            [
                new StoredGroup(
                    resource switch
                    {
                        "secrets" => s_secrets,
                        "pods" => s_pods,
                        _ => null,
                    },
                    place,
                    form,
                    prefix,
                    1,
                    [place + "default/a"],
                    []
                ),
            ]
        );
    }

    private static EncryptionFile File(string resource, string providers) =>
        EncryptionFile.Parse(
            Encoding.UTF8.GetBytes(
                $"apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [{resource}]\n  providers:\n"
                    + string.Concat(providers.Split('|').Select(p => $"  - {p}\n"))
            ),
            "file"
        );
}
