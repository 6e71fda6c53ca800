namespace EdgeKms.Cluster.Tests.Judge;

/// <summary>Providers, names and resources.</summary>
internal sealed partial record JudgedText
{
    private static IEnumerable<JudgedText> Rules()
    {
        yield return Taken(
            "each kind",
            Providers(
                Kms,
                Aes,
                $"aesgcm: {{keys: [{{name: a, secret: {Key32}}}]}}",
                $"secretbox: {{keys: [{{name: a, secret: {Key32}}}]}}",
                Identity
            ),
            $"secrets: {ReadsKms}, {ReadsAes}, aesgcm a=3eb1bd43, secretbox a=3eb1bd43, identity"
        );
        yield return Taken(
            "key lengths of AES",
            Providers(
                "aescbc: {keys: [{name: a, secret: MDEyMzQ1Njc4OWFiY2RlZg==}, {name: a, secret: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3}]}"
            ),
            "secrets: aescbc a=9f9f5111 a=8865fea8"
        );
        yield return Taken(
            "timeout",
            Providers("kms: {apiVersion: v2, name: edgekms, endpoint: unix:///k, timeout: 90s}"),
            "secrets: kms edgekms v2 unix:///k 1m30s"
        );
        yield return Taken(
            "KMS v1 by default",
            Providers(KmsV1Provider, Identity),
            "secrets: kms old v1 unix:///k 3s cachesize 1000, identity"
        ) with
        {
            KmsV1 = true,
        };
        yield return Taken(
            "KMS v1 without cache",
            Providers("kms: {apiVersion: v1, name: 'a:b', endpoint: unix:///k, cachesize: -1}"),
            "secrets: kms a:b v1 unix:///k 3s cachesize -1"
        ) with
        {
            KmsV1 = true,
        };
        yield return Refuse(
            "KMS v1 switched off",
            Providers(KmsV1Provider, Identity),
            "Set --feature-gates=KMSv1=true"
        );
        yield return RefuseKms("cachesize of v2", "cachesize: 1000", "cachesize is not supported in v2");
        yield return Refuse(
            "cachesize 0",
            Providers("kms: {name: a, endpoint: unix:///k, cachesize: 0}"),
            "cachesize should be a positive value, or negative"
        ) with
        {
            KmsV1 = true,
        };
        yield return RefuseKms("timeout 0s", "timeout: 0s", "timeout should be a positive value");
        yield return RefuseKms("timeout below zero", "timeout: -1s", "timeout should be a positive value");
        yield return RefuseKms("timeout without a unit", "timeout: '3'", "missing unit in duration");
        yield return RefuseKms(
            "unknown field of kms",
            "size: 1",
            "unknown field \"resources[0].providers[0].kms.size\""
        );
        yield return Refuse(
            "unknown apiVersion",
            Providers("kms: {apiVersion: v3, name: a, endpoint: unix:///k}"),
            "unsupported apiVersion"
        );
        yield return Refuse(
            "no endpoint",
            Providers("kms: {apiVersion: v2, name: a}"),
            "endpoint is a mandatory field"
        );
        yield return Refuse(
            "endpoint without scheme",
            Providers("kms: {apiVersion: v2, name: a, endpoint: /k}"),
            "only unix is supported"
        );
        yield return Refuse("no keys", Providers("aescbc: {keys: []}"), "at least one keys is required");
        yield return Refuse(
            "short key",
            Providers("aesgcm: {keys: [{name: a, secret: MDEyMzQ1Njc=}]}"),
            "got 8, expected one of [16 24 32]"
        );
        yield return Refuse(
            "short key of secretbox",
            Providers("secretbox: {keys: [{name: a, secret: MDEyMzQ1Njc4OWFiY2RlZg==}]}"),
            "got 16, expected one of [32]"
        );
        yield return Refuse(
            "key not in base64",
            Providers("aescbc: {keys: [{name: a, secret: '#'}]}"),
            "secrets must be base64 encoded"
        );
        yield return Refuse(
            "key without a name",
            Providers($"aescbc: {{keys: [{{secret: {Key32}}}]}}"),
            "name is a mandatory field for a key"
        );
        yield return Refuse("no entry", $"{Head}resources: []\n", "at least one resources is required");
        yield return Refuse(
            "no provider",
            Entries("- resources: [secrets]\n"),
            "at least one resources[0].providers is required"
        );
        yield return Refuse("empty provider", Providers("{}"), "provider does not contain any of the expected");
        yield return Refuse(
            "provider without a value",
            Providers("identity:"),
            "provider does not contain any of the expected"
        );
        yield return Refuse(
            "two kinds in one provider",
            Providers($"{{identity: {{}}, {Aes}}}"),
            "more than one provider specified in a single element"
        );
    }

    private static IEnumerable<JudgedText> Names()
    {
        yield return Taken(
            "two names at one socket",
            Entries(
                Entry("secrets", Kms),
                Entry("pods", Kms.Replace("edgekms", "edgekms-2", StringComparison.Ordinal))
            ),
            $"secrets: {ReadsKms}; pods: kms edgekms-2 v2 unix:///k 3s"
        );
        yield return Taken(
            "KMS v1 twice without reload",
            Providers(KmsV1Provider, KmsV1Provider),
            "secrets: kms old v1 unix:///k 3s cachesize 1000, kms old v1 unix:///k 3s cachesize 1000"
        ) with
        {
            KmsV1 = true,
            Reload = false,
        };
        yield return Refuse(
            "KMS v1 twice with reload",
            Providers(KmsV1Provider, KmsV1Provider),
            "duplicate KMS provider name old"
        ) with
        {
            KmsV1 = true,
        };
        yield return Refuse(
            "name twice",
            Entries(Entry("secrets", Kms), Entry("pods", Kms)),
            "resources[1].providers[0].kms.name: Invalid value: \"edgekms\": duplicate KMS provider name edgekms"
        ) with
        {
            Reload = false,
        };
        yield return Refuse(
            "name of v1 and v2",
            Providers(KmsV1Provider, "kms: {apiVersion: v2, name: old, endpoint: unix:///j}"),
            "duplicate KMS provider name old"
        ) with
        {
            KmsV1 = true,
            Reload = false,
        };
        yield return Refuse(
            "colon in a name",
            Providers("kms: {apiVersion: v2, name: 'a:b', endpoint: unix:///k}"),
            "must not contain ':'"
        );
        yield return Refuse(
            "no name",
            Providers("kms: {apiVersion: v2, endpoint: unix:///k}"),
            "name is a mandatory field for a provider"
        );
    }

    private static IEnumerable<JudgedText> Resources()
    {
        yield return Taken("secrets with a dot", Entries(Entry("secrets.", Identity)), "secrets.: identity");
        yield return Taken(
            "wildcards last",
            Entries(Entry("secrets, '*.apps'", Aes), Entry("'*.'", Aes), Entry("'*.*'", Identity)),
            $"secrets *.apps: {ReadsAes}; *.: {ReadsAes}; *.*: identity"
        );
        yield return Taken(
            "resource in two entries",
            Entries(Entry("secrets", Aes), Entry("secrets", Identity)),
            $"secrets: {ReadsAes}; secrets: identity"
        );
        yield return RefuseResources("no resource", "", "at least one resources[0].resources is required");
        yield return RefuseResources("capital letter", "Secrets", "should not contain capital letters");
        yield return RefuseResources("star alone", "'*'", "use '*.' to encrypt all the resources from core API group");
        yield return RefuseResources(
            "resource of all groups",
            "secrets.*",
            "the same resource across groups is not supported"
        );
        yield return RefuseResources(
            "resource twice",
            "secrets, secrets.",
            "the same resource cannot be specified multiple times"
        );
        yield return RefuseResources("overlap", "secrets, '*.'", "using overlapping resources");
        yield return RefuseResources("overlap with all", "secrets, '*.*'", "using overlapping resources");
        yield return RefuseResources("events.k8s.io", "events.events.k8s.io", "Use 'events' instead");
        yield return RefuseResources("extensions", "ingresses.extensions", "'extensions' group has been removed");
        yield return RefuseResources("without REST", "apiserveripinfo", "do not have REST API/s");
        yield return Refuse(
            "masked by the group",
            Entries(Entry("'*.'", Aes), Entry("secrets", Identity)),
            "resource \"secrets\" is masked by earlier rule \"*.\""
        );
        yield return Refuse(
            "masked by all",
            Entries(Entry("'*.*'", Aes), Entry("things.example.com", Identity)),
            "resource \"things.example.com\" is masked by earlier rule \"*.*\""
        );
        yield return Refuse(
            "wildcard twice",
            Entries(Entry("'*.apps'", Aes), Entry("'*.apps'", Identity)),
            "resource \"*.apps\" is masked by earlier rule \"*.apps\""
        );
    }
}
