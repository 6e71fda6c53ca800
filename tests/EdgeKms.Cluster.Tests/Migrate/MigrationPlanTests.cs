using System.Text;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Migrate;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Migrate;

public sealed class MigrationPlanTests
{
    private const string V1 = """
        apiVersion: apiserver.config.k8s.io/v1
        kind: EncryptionConfiguration
        resources:
        - resources:
          - secrets
          providers:
          - kms:
              name: edgekms
              endpoint: unix:///run/edgekms/kms.sock
          - identity: {}

        """;

    [Fact]
    public void Make_FromKmsV1ToAnotherName_HasV2FirstAndV1Second()
    {
        var both = Encoding.UTF8.GetString(Plan("edgekms-v2").Both);

        var (first, second) = (
            both.IndexOf("name: \"edgekms-v2\"", StringComparison.Ordinal),
            both.IndexOf("name: edgekms\n", StringComparison.Ordinal)
        );
        Assert.True(first > 0 && second > first, both);
        Assert.Contains("apiVersion: v2", both);
        Assert.DoesNotContain("name: edgekms\n", Encoding.UTF8.GetString(Plan("edgekms-v2").After));
    }

    // kube-apiserver refuses a file that has one name for both, where it reloads its configuration.
    [Fact]
    public void Make_FromKmsV1ToTheSameName_IsRefused()
    {
        var e = Assert.Throws<CommandException>(() => Plan("edgekms"));

        Assert.Equal(ExitCode.Refused, e.ExitCode);
        Assert.Contains("providerName", e.Hint);
    }

    private static MigrationPlan Plan(string name) =>
        MigrationPlan.Make(
            ConfigurationText.Parse(Encoding.UTF8.GetBytes(V1), "file"),
            "file",
            new MigrationGoal("kms", "kms", name, KeepIdentity: false),
            ProviderText.Kms(name, "/run/edgekms/kms.sock", TimeSpan.FromSeconds(3))
        );
}
