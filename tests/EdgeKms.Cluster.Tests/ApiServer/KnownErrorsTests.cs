using EdgeKms.Cluster.ApiServer;

namespace EdgeKms.Cluster.Tests.ApiServer;

/// <summary>One text of kube-apiserver for each row, as its source or a run of it has it.</summary>
public class KnownErrorsTests
{
    private const string Wrapper = "internal server error: kms-provider-0: ";
    private const string Dial =
        "rpc error: code = DeadlineExceeded desc = latest balancer error: connection error: desc = \"transport: Error while dialing: dial unix /run/edgekms/kms.sock: connect: ";
    private const string StatusSection =
        "failed to perform status section of the healthz check for KMS Provider edgekms, error: ";

    public static TheoryData<string, string> Texts =>
        new()
        {
            {
                Wrapper
                    + StatusSection
                    + "rpc error: code = FailedPrecondition desc = the key ring is sealed: there is no node token",
                "nothing at hand opens its key ring"
            },
            { Wrapper + Dial + "permission denied\"", "may not connect" },
            { Wrapper + Dial + "no such file or directory\"", "edgekmsd doesn't run" },
            { Wrapper + Dial + "connection refused\"", "nobody listens" },
            {
                Wrapper + StatusSection + "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
                "within its timeout"
            },
            {
                Wrapper + StatusSection + "rpc error: code = Unavailable desc = error reading from server: EOF",
                "ended during the call"
            },
            { Wrapper + StatusSection + "rpc error: code = Unavailable desc = later", "answers Status with an error" },
            {
                "failed to perform encrypt section of the healthz check for KMS Provider edgekms, error: x",
                "KMS v1, and the plugin can't encrypt"
            },
            {
                "failed to perform decrypt section of the healthz check for KMS Provider edgekms, error: x",
                "KMS v1, and the plugin can't decrypt"
            },
            {
                "KMS provider api version v2 is not supported, only v1beta1 is supported now",
                "answers with another version"
            },
            {
                "KMSv1 is deprecated and will only receive security updates going forward. Use KMSv2 instead.",
                "without \"apiVersion: v2\""
            },
            { "Internal error occurred: got unexpected nil transformer", "no good Status and Encrypt; nothing" },
            {
                "encryptedDEKSource with keyID hash \"sha256:ab\" expired at 2026-01-01 (current time is 2026-01-02)",
                "stopped writing"
            },
            {
                "failed to rotate DEK uid=\"u\", errState=<nil>, errGen=failed to encrypt DEK, error: rpc error: code = Internal desc = x, statusKeyIDHash=\"a\"",
                "can't encrypt with"
            },
            {
                "failed to rotate DEK uid=\"u\", errGen=failed to validate annotations: annotations: Invalid value: \"a/b\"",
                "annotation that Kubernetes refuses"
            },
            {
                "failed to rotate DEK uid=\"u\", errGen=failed to validate annotations: total size of annotations is 40000, which exceeds",
                "32 KiB"
            },
            {
                "errGen=failed to validate encrypted DEK source: encrypted DEK source is 1025 bytes, which exceeds the max size of 1024",
                "larger than 1024 bytes"
            },
            {
                "failed to rotate DEK uid=\"u\", errState=<nil>, errGen=<nil>, statusKeyIDHash=\"a\", encryptKeyIDHash=\"b\"",
                "another key than it announced"
            },
            { "got invalid KMSv2 KeyID hash \"sha256:e3\": keyID is empty", "key id that is empty" },
            { "got unexpected healthz status: low battery", "isn't well" },
            {
                "KMSv2 API version should not change after the initial status response version v2beta1, got v2",
                "was exchanged"
            },
            { "expected KMSv2 API version v2, got v2alpha1", "another version than v2" },
            {
                "unable to transform key \"/registry/secrets/a/b\": invalid seed length 16 used for key generation",
                "fewer than 32 bytes"
            },
            {
                "unable to transform key \"/registry/secrets/a/b\": failed to decrypt DEK, error: rpc error: code = NotFound desc = x",
                "a key that stored objects need"
            },
            {
                "unable to transform key \"/registry/secrets/a/b\": cipher: message authentication failed",
                "moved to another name"
            },
            { "unable to transform key \"/registry/secrets/a/b\": no matching prefix found", "removed or renamed" },
            {
                "unable to transform key \"/registry/secrets/a/b\": identity transformer tried to read encrypted data",
                "no provider for them"
            },
            {
                "resources[0].providers[0].kms.cachesize: Invalid value: 10: cachesize is not supported in v2",
                "sets cachesize"
            },
            { "invalid KMS provider name a:b, must not contain ':'", "has a colon" },
            { "duplicate KMS provider name edgekms, names must be unique", "two KMS providers" },
            { "unsupported scheme \"https\" for KMS provider, only unix is supported", "no unix socket" },
            { "unable to transform key \"/registry/secrets/a/b\": something new", "can't be opened" },
        };

    [Theory, MemberData(nameof(Texts))]
    public void Find_TextOfTheApiServer_HasItsCauseAndANextStep(string text, string cause)
    {
        var known = KnownErrors.Find(text);
        Assert.Contains(cause, known!.Cause);
        Assert.NotEmpty(known.Next);
    }

    [Fact]
    public void Table_EveryRow_HasATextOfItsOwn()
    {
        var reached = Texts.Select(t => KnownErrors.Find(t.Data.Item1)).ToHashSet();
        Assert.Equal(KnownErrors.All.Where(e => !reached.Contains(e)), []);
        Assert.Equal(KnownErrors.All.Count, reached.Count);
    }

    [Fact]
    public void Find_AnotherText_IsNull() => Assert.Null(KnownErrors.Find("etcdserver: mvcc: database space exceeded"));
}
