namespace EdgeKms.Cluster.ApiServer;

/// <summary>
/// Texts of kube-apiserver 1.29 to 1.36 about KMS (k8s.io/apiserver, envelope packages and options/encryptionconfig), the
/// more telling ones first.
/// </summary>
public static class KnownErrors
{
    private const string Doctor = "edgekms doctor";
    private const string Start = "sudo systemctl start edgekmsd";
    private const string Migrate =
        "edgekms verify --encryption-config FILE, with what --encryption-provider-config names: it says how to migrate";
    private const string Config =
        "correct this provider in the file that --encryption-provider-config names, as \"edgekms encryption-config\" prints it; leave every other provider, and restart the API server";
    private const string Conformance = "edgekms conformance --socket SOCKET, with the plugin's socket";

    private const string Status = "failed to perform status section of the healthz check";
    private const string Broken = "connection error";
    private const string Rotation = "failed to rotate DEK";

    public static IReadOnlyList<KnownError> All { get; } =
    [
        new(
            ["key ring is sealed"],
            "edgekmsd runs, but nothing at hand opens its key ring",
            "edgekms repair, with the administrator's passphrase or the recovery code"
        ),
        new(
            [Broken, "permission denied"],
            "the user of the API server may not connect to the KMS socket",
            "set kms.group or kms.allowedUids in edgekms.json; then, where \"edgekms status\" is healthy: sudo systemctl restart edgekmsd"
        ),
        new(
            [Broken, "no such file or directory"],
            "edgekmsd doesn't run, or the encryption configuration names another socket",
            Start
        ),
        new([Broken, "connection refused"], "edgekmsd has stopped: its socket is there, nobody listens", Start),
        new(["code = DeadlineExceeded"], "the KMS plugin doesn't answer within its timeout", Doctor),
        new(["error reading from server"], "edgekmsd ended during the call", Doctor),
        new([Status], "the KMS plugin answers Status with an error", Doctor),
        new(
            ["failed to perform encrypt section of the healthz check"],
            "the API server uses KMS v1, and the plugin can't encrypt",
            Migrate
        ),
        new(
            ["failed to perform decrypt section of the healthz check"],
            "the API server uses KMS v1, and the plugin can't decrypt",
            Migrate
        ),
        new(
            ["is not supported, only v1beta1 is supported now"],
            "the API server uses KMS v1, the plugin answers with another version",
            Migrate
        ),
        new(
            ["KMSv1 is deprecated and will only receive security updates"],
            "the encryption configuration has a KMS provider without \"apiVersion: v2\", and KMS v1 is switched off",
            Migrate
        ),
        new(
            ["got unexpected nil transformer"],
            "since the API server started, the KMS plugin has given no good Status and Encrypt; nothing can be read or written",
            Doctor
        ),
        new(
            ["encryptedDEKSource with keyID hash", "expired at"],
            "the KMS plugin has given no good Status for 3 minutes: the API server stopped writing",
            Doctor
        ),
        new(
            [Rotation, "errGen=failed to encrypt DEK"],
            "the KMS plugin announces a key that it can't encrypt with",
            Doctor
        ),
        new(
            ["annotations", "Invalid value"],
            "the KMS plugin returns an annotation that Kubernetes refuses",
            Conformance
        ),
        new(["total size of annotations is"], "the KMS plugin returns more than 32 KiB of annotations", Conformance),
        new(
            ["encrypted DEK source is"],
            "the KMS plugin returns a ciphertext that is empty or larger than 1024 bytes",
            Conformance
        ),
        new(
            [Rotation, "errGen=<nil>", "statusKeyIDHash="],
            "the KMS plugin encrypted under another key than it announced; this heals within 10 seconds, once",
            "edgekms verify again; if it stays: edgekms conformance --socket SOCKET"
        ),
        new(
            ["got invalid KMSv2 KeyID"],
            "the KMS plugin announces a key id that is empty or longer than 1024 bytes",
            Conformance
        ),
        new(["got unexpected healthz status"], "the KMS plugin says that it isn't well", Doctor),
        new(
            ["KMSv2 API version should not change after the initial status response"],
            "the KMS plugin was exchanged for one that says another version",
            "restart the API server"
        ),
        new(["expected KMSv2 API version v2"], "the KMS plugin speaks another version than v2", Conformance),
        new(
            ["invalid seed length"],
            "a seed was opened to fewer than 32 bytes: the KMS plugin's ring is not the one that wrapped it",
            "edgekms status, and compare the keys with those of the stored objects"
        ),
        new(
            ["failed to decrypt DEK"],
            "the KMS plugin can't open a key that stored objects need: the ring may be an older one, or of another machine",
            "edgekms status; edgekms restore --verify FILE says whether a backup has the key"
        ),
        new(
            ["cipher: message authentication failed"],
            "a stored object is damaged, or was moved to another name in the datastore",
            "restore the object from a backup of the datastore"
        ),
        new(
            ["no matching prefix found"],
            "objects are stored under a provider that the encryption configuration doesn't have: it was removed or renamed",
            "put the provider back, second in the list, and re-encrypt before it goes"
        ),
        new(
            ["identity transformer tried to read encrypted data"],
            "objects are encrypted, and the encryption configuration has no provider for them any more",
            "put the provider back, second in the list, and re-encrypt before it goes"
        ),
        new(
            ["cachesize is not supported in v2"],
            "the encryption configuration sets cachesize, which v2 refuses",
            Config
        ),
        new(["must not contain ':'"], "the provider's name in the encryption configuration has a colon", Config),
        new(["duplicate KMS provider name"], "the encryption configuration has two KMS providers of one name", Config),
        new(
            ["for KMS provider, only unix is supported"],
            "the endpoint in the encryption configuration is no unix socket",
            Config
        ),
        new(
            ["unable to transform key"],
            "a stored object can't be opened; the API server's log says why",
            "edgekms status, and the log of the API server"
        ),
    ];

    /// <summary>The first row that a text of the API server fits; null where none does.</summary>
    public static KnownError? Find(string text) => All.FirstOrDefault(e => e.Matches(text));
}
