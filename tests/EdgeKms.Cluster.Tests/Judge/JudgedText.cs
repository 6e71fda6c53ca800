namespace EdgeKms.Cluster.Tests.Judge;

/// <summary>A text of each rule and form of kube-apiserver 1.36, and what it makes of it.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Text">The file.</param>
/// <param name="Reads">The model's line; null where it is refused.</param>
/// <param name="Refused">Part of the error; null where it is taken.</param>
internal sealed partial record JudgedText(string Name, string Text, string? Reads, string? Refused)
{
    internal bool Reload { get; init; } = true;

    internal bool KmsV1 { get; init; }

    private const string Head = "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n";
    private const string Identity = "identity: {}";
    private const string Kms = "kms: {apiVersion: v2, name: edgekms, endpoint: unix:///k}";
    private const string KmsV1Provider = "kms: {name: old, endpoint: unix:///k}";
    private const string Key32 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private const string Aes = $"aescbc: {{keys: [{{name: key1, secret: {Key32}}}]}}";

    private const string ReadsKms = "kms edgekms v2 unix:///k 3s";
    private const string ReadsAes = "aescbc key1=3eb1bd43";
    private const string Plain = $"secrets: {ReadsKms}, identity";

    private static string Providers(params string[] providers) => Entries(Entry("secrets", providers));

    private static string Entry(string resources, params string[] providers) =>
        $"- resources: [{resources}]\n  providers:\n{string.Concat(providers.Select(p => $"  - {p}\n"))}";

    private static string Entries(params string[] entries) => $"{Head}resources:\n{string.Concat(entries)}";

    private static JudgedText Taken(string name, string text, string reads) => new(name, text, reads, null);

    private static JudgedText Refuse(string name, string text, string error) => new(name, text, null, error);

    private static JudgedText RefuseKms(string name, string fields, string error) =>
        Refuse(name, Providers($"kms: {{apiVersion: v2, name: edgekms, endpoint: unix:///k, {fields}}}"), error);

    private static JudgedText RefuseResources(string name, string resources, string error) =>
        Refuse(name, Entries(Entry(resources, Identity)), error);

    internal static IReadOnlyList<JudgedText> All { get; } = [.. Forms(), .. Rules(), .. Names(), .. Resources()];

    private static IEnumerable<JudgedText> Forms()
    {
        var file = Providers(Kms, Identity);
        yield return Taken("flow", file, Plain);
        yield return Taken("byte order mark", "\uFEFF" + file, Plain);
        yield return Taken("CRLF", file.Replace("\n", "\r\n", StringComparison.Ordinal), Plain);
        yield return Taken("no last line end", file.TrimEnd(), Plain);
        yield return Taken("first ---", "---\n" + file, Plain);
        yield return Taken("last ---", file + "---\n", Plain);
        yield return Taken("last ...", file + "...\n", Plain);
        yield return Taken("second document", file + "---\n" + Providers(Aes), Plain);
        yield return Taken(
            "JSON",
            """
            {"apiVersion": "apiserver.config.k8s.io/v1", "kind": "EncryptionConfiguration", "resources": [{"resources": ["secrets"],
              "providers": [{"kms": {"apiVersion": "v2", "name": "edgekms", "endpoint": "unix:///k"}}, {"identity": {}}]}]}
            """,
            Plain
        );
        yield return Taken(
            "block scalar",
            $"{Head}resources:\n- resources:\n  - |-\n    secrets\n  providers:\n  - kms:\n      apiVersion: v2\n      name: >-\n        edgekms\n"
                + "      endpoint: |-\n        unix:///k\n  - identity: {}\n",
            Plain
        );
        yield return Taken(
            "dash alone",
            $"{Head}resources:\n-\n  resources:\n  -\n    secrets\n  providers:\n  -\n    {Kms}\n  -\n    {Identity}\n",
            Plain
        );
        yield return Taken(
            "anchor",
            Entries(Entry("secrets", "&a {identity: {}}"), Entry("pods", "*a")),
            "secrets: identity; pods: identity"
        );
        yield return Taken(
            "EncryptionConfig v1",
            file.Replace(Head, "kind: EncryptionConfig\napiVersion: v1\n", StringComparison.Ordinal),
            Plain
        );
        yield return Refuse("empty", "", "\"FILE\" is empty");
        yield return Refuse("blank", " \n", "Object 'Kind' is missing");
        yield return Refuse("comment", "# nothing\n", "Object 'Kind' is missing");
        yield return Refuse("null", "null\n", "Object 'Kind' is missing");
        const string Version = "apiVersion: apiserver.config.k8s.io/v1\n";
        yield return Refuse(
            "no apiVersion",
            file.Replace(Version, "", StringComparison.Ordinal),
            "Object 'apiVersion' is missing"
        );
        yield return Refuse(
            "another apiVersion",
            file.Replace(Version, "apiVersion: v1\n", StringComparison.Ordinal),
            "no kind \"EncryptionConfiguration\" is registered for version \"v1\""
        );
        yield return Refuse(
            "no kind",
            file.Replace("kind: EncryptionConfiguration\n", "", StringComparison.Ordinal),
            "Object 'Kind' is missing"
        );
        yield return Refuse(
            "EncryptionConfig of the group",
            file.Replace("EncryptionConfiguration", "EncryptionConfig", StringComparison.Ordinal),
            "no kind \"EncryptionConfig\" is registered"
        );
        yield return Refuse(
            "tab",
            file.Replace("  - identity", "\t- identity", StringComparison.Ordinal),
            "yaml: line"
        );
        yield return Refuse("unknown field", file + "more: 1\n", "unknown field \"more\"");
        yield return Refuse(
            "field in another case",
            file.Replace("resources:\n", "Resources:\n", StringComparison.Ordinal),
            "unknown field \"Resources\""
        );
        yield return Refuse("duplicate field", file + "resources: []\n", "key \"resources\" already set in map");
        yield return Refuse(
            "duplicate field in JSON",
            """{"kind": "EncryptionConfiguration", "apiVersion": "apiserver.config.k8s.io/v1", "resources": [], "resources": []}""",
            "duplicate field \"resources\""
        );
    }
}
