using System.Text;
using EdgeKms.Cluster.ApiServer;
using EdgeKms.Cluster.Datastore;
using EdgeKms.Cluster.EncryptionConfig;
using EdgeKms.Cluster.Verify;
using EdgeKms.Contract.AdminApi;

namespace EdgeKms.Cluster.Tests.Verify;

/// <summary>The checks that judge what was found, each of its verdicts.</summary>
public class CheckTests
{
    private const string Socket = "/run/edgekms/kms.sock";

    private static readonly ProviderState s_well = new("k2.b", "sha256:bb", null, null);
    private static readonly Expectation s_expected = new("edgekms", Socket, s_well, null, "default", "/registry");
    private static readonly Expectation s_withV1 = s_expected with { Daemon = s_well with { KmsV1 = true } };
    private static readonly ConfiguredProvider s_own = new("kms", "edgekms", "v2", "unix://" + Socket);
    private static readonly ConfiguredProvider s_other = new("kms", "other", "v2", "unix:///run/o.sock");
    private static readonly ConfiguredProvider s_identity = new("identity", null, null, null);

    private static void Is(CheckOutcome outcome, string text, CheckLine line)
    {
        Assert.Equal(outcome, line.Outcome);
        Assert.Contains(text, line.Detail + "\n" + line.Cause);
        Assert.Equal(outcome == CheckOutcome.Failed, line.Cause is not null);
        Assert.Equal(outcome == CheckOutcome.Failed, line.Next is not null);
    }

    private static Readyz Page(bool ready, params string[] lines) => new(ready, lines);

    [Fact]
    public void Readyz_Verdicts_NameTheFailedChecks()
    {
        Is(CheckOutcome.Ok, "ready", ReadyzCheck.Of(Page(true, "[+]ping ok", "readyz check passed")));
        Is(
            CheckOutcome.Failed,
            "fail: etcd, kms-providers",
            ReadyzCheck.Of(Page(false, "[+]ping ok", "[-]etcd failed: reason withheld", "[-]kms-providers failed: x"))
        );
        Is(CheckOutcome.Failed, "is this a Kubernetes", ReadyzCheck.Of(Page(false, "404 page not found")));
    }

    [Fact]
    public void AutomaticReload_Verdicts_ComeFromItsHook()
    {
        const string Hook = "poststarthook/start-encryption-provider-config-automatic-reload";
        static CheckLine Of(string? version, bool ready, string line) =>
            AutomaticReloadCheck.Of(Page(ready, line), new ApiVersion(version, null));

        Is(CheckOutcome.Ok, "watches", Of("v1.36.2", true, $"[+]{Hook} ok"));
        Is(CheckOutcome.Failed, "has not loaded", Of("v1.36.2", false, $"[-]{Hook} failed: x"));
        foreach (var version in new[] { "v1.26.0", "v1.31.5+k3s1", "v2.0.0", "x", null })
            Is(CheckOutcome.Failed, "automatic-reload=true", Of(version, true, "[+]ping ok"));
        Is(CheckOutcome.Skipped, "Kubernetes v1.25.16 can't", Of("v1.25.16", true, "[+]ping ok"));
        Is(CheckOutcome.Skipped, "Kubernetes v1.20.2 can't", Of("v1.20.2", true, "[+]ping ok"));
    }

    [Fact]
    public void Daemon_Verdicts_ComeFromItsState()
    {
        Is(CheckOutcome.Ok, "k2.b", DaemonCheck.Of(s_well));
        Is(CheckOutcome.Failed, "sealed", DaemonCheck.Of(new ProviderState(null, null, "sealed", "edgekms repair")));
        Is(CheckOutcome.Failed, "the key ring has none", DaemonCheck.Of(new ProviderState(null, null, null, null)));
    }

    [Fact]
    public void Objects_Verdicts_ComeFromTheLastScan()
    {
        static CheckLine Of(long unreadable) =>
            ObjectsCheck.Of(
                s_well with
                {
                    Objects = new ObjectsReport(5, 1, unreadable, 0, unreadable > 0 ? ["k9.z"] : []),
                }
            );

        Is(CheckOutcome.Ok, "has the key of every object", Of(0));
        Is(CheckOutcome.Failed, "3 stored objects are under a key that the key ring doesn't have: unreadable", Of(3));
        Is(CheckOutcome.Failed, "k9.z", Of(3));
        Is(CheckOutcome.Skipped, "edgekms scan", ObjectsCheck.Of(s_well));
    }

    [Fact]
    public void Configuration_Verdicts_SayWhoWrites()
    {
        static CheckLine Of(params ConfiguredProvider[] providers) =>
            ConfigurationCheck.Of("/f", providers, s_expected);

        Is(CheckOutcome.Ok, "kms \"edgekms\"", Of(s_own, s_identity));
        Is(CheckOutcome.Ok, "kms \"edgekms\"", Of(s_identity, s_own));
        Is(CheckOutcome.Ok, "kms", Of(s_own with { Endpoint = "unix:///run/edgekms/kms%2Esock" }));
        Is(CheckOutcome.Failed, "no entry for secrets", Of());
        Is(CheckOutcome.Failed, "its providers are kms \"other\", identity", Of(s_other, s_identity));
        Is(CheckOutcome.Failed, "means v1", Of(s_own with { ApiVersion = "v1" }));
        Is(CheckOutcome.Failed, "means v1", Of(s_own with { ApiVersion = null }));
        foreach (var version in new[] { "v1", null })
        {
            var old = ConfigurationCheck.Of("/f", [s_own with { ApiVersion = version }], s_withV1);
            Is(CheckOutcome.Ok, "kms \"edgekms\" for secrets, with KMS v1", old);
        }
        Is(CheckOutcome.Failed, "edgekmsd listens on", Of(s_own with { Endpoint = "unix:///run/o.sock" }));
        Is(CheckOutcome.Failed, "(none)", Of(s_own with { Endpoint = null }));
        Is(CheckOutcome.Failed, "kms \"other\" stands before it", Of(s_identity, s_other, s_own));
    }

    [Fact]
    public void Identity_Verdicts_DependOnItsPlace()
    {
        Is(CheckOutcome.Failed, "stored in the clear", IdentityCheck.Of("/f", [s_identity, s_own]));
        Is(CheckOutcome.Failed, "stored in the clear", IdentityCheck.Of("/f", [s_identity]));
        Is(CheckOutcome.Failed, "before kms \"other\"", IdentityCheck.Of("/f", [s_own, s_identity, s_other]));
        Is(CheckOutcome.Ok, "takes it out", IdentityCheck.Of("/f", [s_own, s_identity]));
        Is(CheckOutcome.Ok, "gone", IdentityCheck.Of("/f", [s_own]));
        Is(CheckOutcome.Skipped, "no provider", IdentityCheck.Of("/f", []));
    }

    [Fact]
    public void StoredValue_Verdicts_ComeFromThePrefix()
    {
        static CheckLine Of(string? text, Expectation? expected = null) =>
            StoredValueCheck.Of(
                "etcd",
                "/registry/secrets/d/x",
                text is null ? null : new StoredObject("/x", StoredValue.Parse(Encoding.ASCII.GetBytes(text)), 1),
                expected ?? s_expected
            );

        Is(CheckOutcome.Ok, "as k8s:enc:kms:v2:edgekms:", Of("k8s:enc:kms:v2:edgekms:x"));
        Is(CheckOutcome.Failed, "k8s:enc:kms:v2:other:, so another", Of("k8s:enc:kms:v2:other:x"));
        Is(CheckOutcome.Failed, "KMS v1", Of("k8s:enc:kms:v1:edgekms:x"));
        Is(CheckOutcome.Failed, "KMS v1", Of("k8s:enc:kms:v1:other:x", s_withV1));
        Is(CheckOutcome.Ok, "as k8s:enc:kms:v1:edgekms:, which no", Of("k8s:enc:kms:v1:edgekms:x", s_withV1));
        Is(CheckOutcome.Failed, "another provider is the first", Of("k8s:enc:aescbc:v1:key:x"));
        Is(CheckOutcome.Failed, "in the clear", Of("k8s\0x"));
        Is(CheckOutcome.Failed, "doesn't know", Of("?"));
        Is(CheckOutcome.Failed, "another cluster", Of(null));
    }

    [Fact]
    public void KeyId_Verdicts_CompareWithStatus()
    {
        static StoredValue Stored(string? key, string api = "v2") =>
            new(api == "v2" ? StoredForm.KmsV2 : StoredForm.KmsV1, new StoredPrefix("kms", api, "edgekms"), key);

        Is(CheckOutcome.Ok, "k2.b", KeyIdCheck.Of(Stored("k2.b"), s_well));
        Is(CheckOutcome.Failed, "under key k1.a, the active one is k2.b", KeyIdCheck.Of(Stored("k1.a"), s_well));
        Is(CheckOutcome.Failed, "no EncryptedObject", KeyIdCheck.Of(Stored(null), s_well));
        Is(CheckOutcome.Skipped, "doesn't tell", KeyIdCheck.Of(Stored("k2.b"), s_well with { KeyId = null }));
        Is(CheckOutcome.Skipped, "not stored by KMS", KeyIdCheck.Of(default, s_well));
        Is(CheckOutcome.Ok, "k2.b", KeyIdCheck.Of(Stored("k2.b", "v1"), s_well));
        Is(CheckOutcome.Failed, "rotated a moment ago", KeyIdCheck.Of(Stored("k1.a", "v1"), s_well));
        Is(CheckOutcome.Failed, "no cipher of EdgeKms", KeyIdCheck.Of(Stored(null, "v1"), s_well));
    }

    [Fact]
    public void Metrics_Verdicts_ComeFromTheNewestStatus()
    {
        static string Seen(string provider, string hash, int time) =>
            $"apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{{apiserver_id_hash=\"i\",key_id_hash=\"{hash}\",provider_name=\"{provider}\"}} {time}\n";
        static string Wrote(string hash, string type = "to_storage") =>
            $"apiserver_envelope_encryption_key_id_hash_total{{key_id_hash=\"{hash}\",provider_name=\"edgekms\",transformation_type=\"{type}\"}} 1\n";
        static CheckLine Of(string text, bool wrote = true, ProviderState? state = null) =>
            MetricsCheck.Of(Encoding.ASCII.GetBytes(text), s_expected with { Daemon = state ?? s_well }, wrote);

        var well = Seen("edgekms", "sha256:aa", 1) + Seen("edgekms", "sha256:bb", 2) + Wrote("sha256:bb");
        Is(CheckOutcome.Ok, "sha256:bb", Of(well));
        Is(CheckOutcome.Ok, "sha256:bb", Of(Seen("edgekms", "sha256:bb", 2), wrote: false));
        Is(CheckOutcome.Skipped, "doesn't tell", Of(well, state: s_well with { KeyHash = null }));
        Is(CheckOutcome.Failed, "no key of a provider", Of(Seen("other", "sha256:bb", 1)));
        Is(CheckOutcome.Skipped, "with KMS v1", Of(Seen("other", "sha256:bb", 1), state: s_withV1.Daemon));
        Is(CheckOutcome.Failed, "sha256:aa", Of(Seen("edgekms", "sha256:aa", 3), state: s_withV1.Daemon));
        Is(CheckOutcome.Failed, "sha256:aa", Of(well + Seen("edgekms", "sha256:aa", 3)));
        Is(
            CheckOutcome.Failed,
            "doesn't write with it",
            Of(Seen("edgekms", "sha256:bb", 2) + Wrote("sha256:aa") + Wrote("sha256:bb", "from_storage"))
        );
    }
}
