using System.Globalization;
using System.Text;

namespace EdgeKms.Cluster.Tests.Migrate;

/// <summary>An EncryptionConfiguration as somebody may have written it, made from a seed.</summary>
internal sealed class GeneratedConfiguration
{
    /// <summary>Lists of resources that no earlier one masks.</summary>
    private static readonly string[][][] s_resources =
    [
        [
            ["secrets"],
        ],
        [
            ["secrets", "configmaps"],
        ],
        [
            ["secrets"],
            ["configmaps", "*.example.com"],
        ],
        [
            ["secrets."],
            ["configmaps"],
            ["things.example.com"],
        ],
        [
            ["configmaps"],
            ["secrets"],
            ["*.example.com"],
            ["*.*"],
        ],
        [
            ["*."],
            ["*.example.com"],
        ],
        [
            ["*.*"],
        ],
        [
            ["secrets"],
            ["*.", "*.example.com"],
        ],
        // The first one writes, both are read.
        [
            ["secrets"],
            ["secrets"],
        ],
        [
            ["secrets"],
            ["configmaps", "secrets"],
            ["secrets"],
        ],
    ];

    private static readonly string[] s_local = ["aescbc", "aesgcm", "secretbox"];

    private readonly Random _random;
    private readonly string _socket;
    private readonly string _otherSocket;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _keys;

    private GeneratedConfiguration(Random random, string socket, string otherSocket) =>
        (_random, _socket, _otherSocket) = (random, socket, otherSocket);

    private sealed record Provider(string Kind, IReadOnlyList<(string Name, string Value)> Members);

    internal static byte[] Make(Random random, string socket, string otherSocket)
    {
        var made = new GeneratedConfiguration(random, socket, otherSocket);
        var resources = s_resources[random.Next(s_resources.Length)];
        List<(string[] Resources, List<Provider> Providers)> entries =
        [
            .. resources.Select(r => (r, made.Providers(isOnly: resources.Length == 1))),
        ];
        return random.Next(5) switch
        {
            0 => Bytes(Json(entries, indented: false)),
            1 => Bytes(Json(entries, indented: true)),
            2 => Bytes(made.Flow(entries)),
            _ => made.Decorated(made.Block(entries)),
        };
    }

    private List<Provider> Providers(bool isOnly)
    {
        var providers = new List<Provider>();
        var count = 1 + _random.Next(3);
        for (var i = 0; i < count; i++)
        {
            var kind = _random.Next(4);
            if (kind == 0 && Kms() is { } kms)
                providers.Add(kms);
            else if (kind is 1 or 2)
                providers.Add(Local(s_local[_random.Next(s_local.Length)]));
            else if (!providers.Exists(p => p.Kind == "identity"))
                providers.Add(new Provider("identity", []));
        }
        if (providers.Count == 0)
            providers.Add(isOnly ? new Provider("identity", []) : Local("aescbc"));
        return providers;
    }

    private Provider? Kms()
    {
        string[] names = ["edgekms", "edgekms-2", "other", "Vault.1"];
        var name = names[_random.Next(names.Length)];
        if (!_names.Add(name))
            return null;
        // Ours may stand at another path of the same socket's key ring.
        var socket = _random.Next(3) == 0 ? _otherSocket : _socket;
        List<(string, string)> members = [("apiVersion", "v2"), ("name", name), ("endpoint", "unix://" + socket)];
        if (_random.Next(2) == 0)
            members.Add(("timeout", "3s"));
        return new Provider("kms", members);
    }

    private Provider Local(string kind)
    {
        var keys = new List<(string, string)>();
        for (var i = 1 + _random.Next(2); i > 0; i--)
        {
            var bytes = new byte[32];
            _random.NextBytes(bytes);
            keys.Add(($"key{(++_keys).ToString(CultureInfo.InvariantCulture)}", Convert.ToBase64String(bytes)));
        }
        return new Provider(kind, keys);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Json(List<(string[] Resources, List<Provider> Providers)> entries, bool indented)
    {
        var text =
            """{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","resources":["""
            + string.Join(
                ",",
                entries.Select(e =>
                    $$"""{"resources":[{{string.Join(",", e.Resources.Select(Quoted))}}],"providers":[{{string.Join(",", e.Providers.Select(JsonOf))}}]}"""
                )
            )
            + "]}";
        return indented
            ? System
                .Text.Json.Nodes.JsonNode.Parse(text)!
                .ToJsonString(
                    new()
                    {
                        WriteIndented = true,
                        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                    }
                )
            : text;
    }

    private static string JsonOf(Provider provider) =>
        provider.Kind switch
        {
            "kms" =>
                $$$"""{"kms":{{{{string.Join(",", provider.Members.Select(m => $"{Quoted(m.Name)}:{Quoted(m.Value)}"))}}}}}""",
            "identity" => """{"identity":{}}""",
            var kind =>
                $$$"""{"{{{kind}}}":{"keys":[{{{string.Join(",", provider.Members.Select(m => $$"""{"name":{{Quoted(m.Name)}},"secret":{{Quoted(m.Value)}}}"""))}}}]}}""",
        };

    private static string Quoted(string text) => "\"" + text + "\"";

    private string Flow(List<(string[] Resources, List<Provider> Providers)> entries)
    {
        var yaml = new StringBuilder(
            "# the till's own file\nkind: EncryptionConfiguration\napiVersion: apiserver.config.k8s.io/v1\nresources:\n"
        );
        foreach (var (resources, providers) in entries)
        {
            yaml.Append(
                CultureInfo.InvariantCulture,
                $"- resources: [{string.Join(", ", resources.Select(r => $"'{r}'"))}]\n"
            );
            var items = providers.Select(p => _random.Next(2) == 0 ? JsonOf(p) : FlowOf(p));
            yaml.Append(
                _random.Next(2) == 0
                    ? $"  providers: [{string.Join(", ", items)}] # in brackets\n"
                    : $"  providers: [\n      {string.Join(",\n      ", items)}\n    ]\n"
            );
        }
        return yaml.ToString();
    }

    private static string FlowOf(Provider provider) =>
        provider.Kind switch
        {
            "kms" => $"{{kms: {{{string.Join(", ", provider.Members.Select(m => $"{m.Name}: \"{m.Value}\""))}}}}}",
            "identity" => "{identity: {}}",
            var kind =>
                $"{{{kind}: {{keys: [{string.Join(", ", provider.Members.Select(m => $"{{name: {m.Name}, secret: {m.Value}}}"))}]}}}}",
        };

    private List<string> Block(List<(string[] Resources, List<Provider> Providers)> entries)
    {
        var old = _random.Next(6) == 0;
        List<string> lines =
        [
            old ? "kind: EncryptionConfig" : "kind: EncryptionConfiguration",
            old ? "apiVersion: v1" : "apiVersion: apiserver.config.k8s.io/v1",
            "resources:",
        ];
        var outer = _random.Next(2) == 0 ? "" : "  ";
        var inner = outer + (_random.Next(2) == 0 ? "  " : "    ");
        foreach (var (resources, providers) in entries)
        {
            lines.Add($"{outer}- resources:");
            lines.AddRange(resources.Select(r => $"{inner}- '{r}'"));
            lines.Add($"{outer}  providers:" + Comment());
            foreach (var provider in providers)
                lines.AddRange(BlockOf(provider, inner));
        }
        return lines;
    }

    private IEnumerable<string> BlockOf(Provider provider, string indent)
    {
        if (_random.Next(3) == 0)
            yield return $"{indent}# OPS-{_random.Next(100)}: above";
        if (_random.Next(5) == 0)
            yield return "";
        var isAlone = _random.Next(4) == 0;
        if (isAlone)
            yield return $"{indent}-" + Comment();
        var first = isAlone ? indent + "  " : indent + "- ";
        if (provider.Kind == "identity")
        {
            yield return $"{first}identity: {{}}" + Comment();
            if (_random.Next(3) == 0)
                yield return $"{indent}             # and below";
            yield break;
        }
        yield return $"{first}{provider.Kind}:" + Comment();
        if (provider.Kind == "kms")
        {
            foreach (var (name, value) in provider.Members)
                yield return $"{indent}    {name}: {value}" + Comment();
            yield break;
        }
        yield return $"{indent}    keys:";
        foreach (var (name, value) in provider.Members)
        {
            yield return $"{indent}    - name: {name}" + Comment();
            if (_random.Next(3) == 0)
            {
                yield return $"{indent}      secret: >-";
                yield return $"{indent}        {value}";
            }
            else
            {
                yield return $"{indent}      secret: {value}" + Comment();
            }
        }
    }

    private string Comment() => _random.Next(5) == 0 ? $" # note {_random.Next(100)}" : "";

    private byte[] Decorated(List<string> lines)
    {
        if (_random.Next(4) == 0)
            lines.Insert(0, "---");
        if (_random.Next(4) == 0)
            lines.Add("---");
        var end = _random.Next(4) == 0 ? "\r\n" : "\n";
        var text = string.Join(end, lines) + (_random.Next(3) == 0 ? "" : end);
        return Bytes(_random.Next(5) == 0 ? '\ufeff' + text : text);
    }
}
