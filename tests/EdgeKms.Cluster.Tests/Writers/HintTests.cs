using System.Text;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Reencrypt;
using EdgeKms.Cluster.Text;
using EdgeKms.Cluster.Verify;
using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.Tests.Writers;

/// <summary>A configuration with another writer than ours: which command each hint names. The scan's are in the command line's tests.</summary>
public sealed class HintTests : IDisposable
{
    private const string Own = "kms: { name: edgekms, apiVersion: v2, endpoint: unix:///run/edgekms/kms.sock }";
    private const string Moved = "kms: { name: edgekms, apiVersion: v2, endpoint: unix:///run/moved.sock }";
    private const string Other = "kms: { name: other, apiVersion: v2, endpoint: unix:///run/o.sock }";
    private const string OwnV1 = "kms: { name: edgekms, endpoint: unix:///run/edgekms/kms.sock }";
    private const string OtherV1 = "kms: { name: other, apiVersion: v1, endpoint: unix:///run/o.sock }";
    private const string Aes = "aescbc: { keys: [{ name: k, secret: AAAAAAAAAAAAAAAAAAAAAA== }] }";
    private const string Identity = "identity: {}";

    private readonly TemporaryDirectory _directory = new();

    // With a blank: what a hint says can be pasted.
    private string ConfigurationFile => Path.Combine(_directory.Path, "the file.yaml");

    private string Migrate => $"edgekms migrate --to kms --encryption-config '{ConfigurationFile}'";

    private string Renamed => $"give the provider another name (providerName in edgekms.json), then \"{Migrate}\"";

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, string, string, string> Configurations =>
        new()
        {
            // Entries, and what verify (configuration, then identity) and reencrypt say: M migrate, R rename first, A add, - nothing.
            { $"secrets={Own},{Identity}", "-", "-", "-" },
            { $"secrets={Own}", "-", "-", "-" },
            { $"secrets={Own},{Aes},{Identity}", "-", "-", "-" },
            { $"secrets={Aes},{Identity}", "M", "-", "M" },
            { $"secrets={Aes},{Own},{Identity}", "M", "-", "M" },
            { $"secrets={Aes.Replace("aescbc", "aesgcm")},{Identity}", "M", "-", "M" },
            { $"secrets={Aes.Replace("aescbc", "secretbox")}", "M", "-", "M" },
            { $"secrets={Identity}", "M", "M", "M" },
            { $"secrets={Identity},{Own}", "-", "M", "M" },
            { $"secrets={Identity},{Aes}", "M", "M", "M" },
            { $"secrets={Own},{Identity},{Aes}", "-", "M", "-" },
            { $"secrets={Other},{Identity}", "M", "-", "M" },
            { $"secrets={Other},{Own}", "M", "-", "M" },
            { $"secrets={Moved}", "M", "-", "-" },
            { $"secrets={OwnV1},{Identity}", "R", "-", "R" },
            { $"secrets={OtherV1},{Identity}", "M", "-", "M" },
            { $"configmaps={Own}", "A", "-", "-" },
            { $"configmaps={Aes}", "A", "-", "M" },
            { $"secrets={Own}|configmaps={Aes}", "-", "-", "M" },
            { $"secrets={Aes}|configmaps={Own}", "M", "-", "M" },
            { $"events={Identity}|'*.*'={Own}", "-", "-", "-" },
            { $"events={Identity}|'*.*'={Aes}", "M", "-", "M" },
            { "", "A", "-", "A" },
        };

    [Theory]
    [MemberData(nameof(Configurations))]
    public void Hints_OfAConfiguration_LeadToTheMigration(
        string entries,
        string configuration,
        string identity,
        string reencrypt
    )
    {
        Write(entries);
        var providers = ConfiguredProviders.Read(ConfigurationFile, "secrets");

        Assert.Equal(
            Meant(configuration),
            ConfigurationCheck.Of(ConfigurationFile, providers, Expected(ConfigurationFile)).Next
        );
        Assert.Equal(Meant(identity), IdentityCheck.Of(ConfigurationFile, providers).Next);
        var said = Reencrypt();
        if (reencrypt == "-")
            Assert.Null(said);
        else
            Assert.Contains(Meant(reencrypt)!, said);
        foreach (
            var hint in new[]
            {
                ConfigurationCheck.Of(ConfigurationFile, providers, Expected(ConfigurationFile)).Next,
                said,
            }
        )
            Assert.DoesNotContain("encryption-config >", hint ?? "");
    }

    [Theory]
    [InlineData("k8s\0x", "M")]
    [InlineData("k8s:enc:aescbc:v1:k:x", "M")]
    [InlineData("k8s:enc:kms:v2:other:x", "M")]
    [InlineData("k8s:enc:kms:v1:other:x", "M")]
    [InlineData("k8s:enc:kms:v1:edgekms:x", "R")]
    [InlineData("k8s:enc:kms:v2:edgekms:x", "-")]
    public void Hints_OfAStoredProbe_LeadToTheMigration(string stored, string hint)
    {
        CheckLine Of(string? file) =>
            StoredValueCheck.Of(
                "etcd",
                "/registry/x",
                new StoredObject("/x", StoredValue.Parse(Encoding.ASCII.GetBytes(stored)), 1),
                Expected(file)
            );

        Assert.Equal(Meant(hint), Of(ConfigurationFile).Next);
        Assert.Equal(
            hint != "-",
            Of(null).Next?.Contains(MigrateCommandLine.ToKms(null), StringComparison.Ordinal) ?? false
        );
    }

    [Fact]
    public void Hints_OfMetricsWithoutOurProvider_LeadToTheMigration()
    {
        Assert.Equal(Migrate, MetricsCheck.Of(default, Expected(ConfigurationFile), wroteProbe: true).Next);
        Assert.Equal(MigrateCommandLine.ToKms(null), MetricsCheck.Of(default, Expected(null), wroteProbe: true).Next);
    }

    [Fact]
    public void Configuration_KubeApiServerWouldRefuseTheFile_SaysThatFirst()
    {
        Write($"secrets={Own}");
        var check = ConfigurationCheck.Of(
            ConfigurationFile,
            ConfiguredProviders.Read(ConfigurationFile, "secrets"),
            Expected(ConfigurationFile),
            "resources[1].providers[0]: a name that stands twice"
        );
        Assert.Equal(CheckOutcome.Failed, check.Outcome);
        Assert.Contains("doesn't start again", check.Detail);
        Assert.Equal("resources[1].providers[0]: a name that stands twice", check.Cause);
    }

    [Theory]
    [InlineData("/etc/kubernetes/enc-1.yaml", "/etc/kubernetes/enc-1.yaml")]
    [InlineData("/a b", "'/a b'")]
    [InlineData("/it's", @"'/it'\''s'")]
    [InlineData("/$(x)", "'/$(x)'")]
    [InlineData("", "''")]
    public void ShellWord_AnyText_IsOneWord(string text, string word) => Assert.Equal(word, ShellWord.Of(text));

    private static Expectation Expected(string? file) =>
        new(
            "edgekms",
            "/run/edgekms/kms.sock",
            new ProviderState("k2.b", "sha256:bb", null, null),
            file,
            "default",
            "/registry"
        );

    private string? Meant(string hint) =>
        hint switch
        {
            "M" => Migrate,
            "R" => Renamed,
            "A" =>
                $"add secrets to {ConfigurationFile}, as an entry with the provider that \"edgekms encryption-config\" "
                    + "prints and with identity last; leave every other line of it as it is",
            _ => null,
        };

    private string? Reencrypt()
    {
        try
        {
            return UnmovableResources.Refuse(ConfiguredWriters.Read(ConfigurationFile, "edgekms"), []);
        }
        catch (CommandException e)
        {
            Assert.Equal(ExitCode.Refused, e.ExitCode);
            return e.Hint;
        }
    }

    private void Write(string entries) =>
        File.WriteAllText(
            ConfigurationFile,
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n"
                + string.Concat(
                    entries
                        .Split('|', StringSplitOptions.RemoveEmptyEntries)
                        .Select(e => e.Split('=', 2))
                        .Select(e =>
                            $"- resources: [{e[0]}]\n  providers:\n"
                            + string.Concat(SplitProviders(e[1]).Select(p => $"  - {p}\n"))
                        )
                )
        );

    private static string[] SplitProviders(string providers) =>
        providers.Replace("},", "}\n", StringComparison.Ordinal).Split('\n');
}
