using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeKms.Cluster.Files;
using EdgeKms.Contract.Failures;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>One entry with the place of its list of providers.</summary>
internal sealed record PlacedEntry(ConfiguredEntry Entry, YamlTreeNode ProvidersKey, YamlTreeNode Providers);

/// <summary>
/// Reads an EncryptionConfiguration as kube-apiserver 1.36 decodes it (k8s.io/apimachinery, serializer/json with strict decoding):
/// a file whose first character is a brace is JSON, anything else YAML 1.1; keys are told apart by case, an unknown one or one
/// that stands twice is refused; <c>EncryptionConfig</c> of <c>v1</c> is the old name of the same. Messages never repeat a key.
/// </summary>
internal sealed class ConfigurationReader(string text, string path)
{
    private const string NotThatFile = "name the API server's --encryption-provider-config";

    /// <exception cref="CommandException">Exit code 2: kube-apiserver could not decode it.</exception>
    internal IReadOnlyList<PlacedEntry> Read()
    {
        if (text.AsSpan().TrimStart() is ['{', ..])
            RefuseOtherThanJson();
        var root = YamlTree.Parse(text, path);
        if (root is not { Kind: YamlKind.Mapping })
            throw new CommandException(ExitCode.Usage, $"{path} is no EncryptionConfiguration", NotThatFile);
        var members = Members(root, "apiVersion", "kind", "resources");
        RefuseOtherKind(Text(members, "kind"), Text(members, "apiVersion"));
        return [.. Items(members, "resources").Select(Entry)];
    }

    private void RefuseOtherKind(string kind, string version)
    {
        if ((kind, version) is ("EncryptionConfiguration", "apiserver.config.k8s.io/v1") or ("EncryptionConfig", "v1"))
            return;
        throw kind is "EncryptionConfiguration" or "EncryptionConfig"
            ? new CommandException(
                ExitCode.Usage,
                version.Length == 0
                    ? $"{path} has no apiVersion: kube-apiserver refuses it"
                    : $"{path} has apiVersion {version}, which kube-apiserver does not know for {kind}",
                kind == "EncryptionConfig"
                    ? "write apiVersion: v1, or kind: EncryptionConfiguration with apiVersion: apiserver.config.k8s.io/v1"
                    : "write apiVersion: apiserver.config.k8s.io/v1"
            )
            : new CommandException(ExitCode.Usage, $"{path} is no EncryptionConfiguration", NotThatFile);
    }

    private PlacedEntry Entry(YamlTreeNode node)
    {
        var members = Members(node, "resources", "providers");
        var resources = Items(members, "resources").Select(Scalar).ToList();
        var providers = Items(members, "providers").Select(Provider).ToList();
        var (key, list) = members.GetValueOrDefault("providers", (node, node));
        return new PlacedEntry(new ConfiguredEntry(resources, providers), key, list);
    }

    private ConfiguredProvider Provider(YamlTreeNode node)
    {
        var members = Members(node, "kms", "identity", "aescbc", "aesgcm", "secretbox");
        var given = members.Where(m => !IsNull(m.Value.Value)).ToList();
        if (given is not [var (kind, (_, value))])
        {
            throw Refuse(
                node,
                given.Count == 0
                    ? "a provider without kind: kube-apiserver wants one of kms, identity, aescbc, aesgcm, secretbox (identity: {} with its braces)"
                    : "a provider with two kinds: write an item for each"
            );
        }
        return kind switch
        {
            "kms" => Kms(value),
            "identity" => Identity(value),
            _ => Local(kind, value),
        };
    }

    private ConfiguredProvider Identity(YamlTreeNode node)
    {
        _ = Members(node);
        return ConfiguredProvider.Identity;
    }

    private ConfiguredProvider Kms(YamlTreeNode node)
    {
        var members = Members(node, "apiVersion", "name", "cachesize", "endpoint", "timeout");
        var version = Text(members, "apiVersion");
        var timeout = members.TryGetValue("timeout", out var t) && !IsNull(t.Value) ? Scalar(t.Value) : null;
        return new ConfiguredProvider(
            "kms",
            Text(members, "name"),
            version.Length == 0 ? "v1" : version,
            Text(members, "endpoint") is { Length: > 0 } endpoint ? endpoint : null
        )
        {
            Timeout = timeout,
            CacheSize =
                members.TryGetValue("cachesize", out var size) && !IsNull(size.Value) ? Number(size.Value) : null,
        };
    }

    private ConfiguredProvider Local(string kind, YamlTreeNode node)
    {
        var members = Members(node, "keys");
        return new ConfiguredProvider(kind, null, null, null) { Keys = [.. Items(members, "keys").Select(Key)] };
    }

    private ConfiguredKey Key(YamlTreeNode node)
    {
        var members = Members(node, "name", "secret");
        var secret = Text(members, "secret");
        // Go's decoder passes over line ends (encoding/base64), as .NET's does over all white space.
        var bytes = new byte[secret.Length];
        int? length =
            !secret.Any(c => c is ' ' or '\t') && Convert.TryFromBase64String(secret, bytes, out var count)
                ? count
                : null;
        CryptographicOperations.ZeroMemory(bytes);
        return new ConfiguredKey(
            Text(members, "name"),
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))),
            length
        );
    }

    private Dictionary<string, (YamlTreeNode Key, YamlTreeNode Value)> Members(
        YamlTreeNode node,
        params ReadOnlySpan<string> known
    )
    {
        var members = new Dictionary<string, (YamlTreeNode, YamlTreeNode)>(StringComparer.Ordinal);
        if (IsNull(node))
            return members;
        if (node.Kind != YamlKind.Mapping)
            throw Refuse(node, "an object is expected here");
        foreach (var (key, value) in node.Members)
        {
            if (key is { Kind: YamlKind.Scalar, IsPlain: true, Text: "<<" })
                throw Refuse(key, "the merge key << is not read by this program");
            if (key.Kind != YamlKind.Scalar || !known.Contains(key.Text))
                throw Refuse(key, $"kube-apiserver does not know {Name(key)} here, and refuses the file");
            if (!members.TryAdd(key.Text, (key, value)))
                throw Refuse(key, $"{key.Text} stands twice");
        }
        return members;
    }

    private List<YamlTreeNode> Items(Dictionary<string, (YamlTreeNode Key, YamlTreeNode Value)> members, string name)
    {
        if (!members.TryGetValue(name, out var member) || IsNull(member.Value))
            return [];
        return member.Value.Kind == YamlKind.Sequence
            ? member.Value.Items
            : throw Refuse(member.Value, $"{name} must be a list");
    }

    private string Text(Dictionary<string, (YamlTreeNode Key, YamlTreeNode Value)> members, string name) =>
        members.TryGetValue(name, out var member) ? Scalar(member.Value) : "";

    /// <summary>A text; empty where it is null, as for Go.</summary>
    private string Scalar(YamlTreeNode node)
    {
        if (IsNull(node))
            return "";
        if (node.Kind != YamlKind.Scalar)
            throw Refuse(node, "a text is expected here");
        var isText = node.Tag switch
        {
            null => !node.IsPlain || !(PlainScalar.IsBoolean(node.Text) || PlainScalar.IsNumber(node.Text)),
            "!" or "tag:yaml.org,2002:str" => true,
            _ => throw Refuse(node, $"the tag {node.Tag} is not read by this program"),
        };
        return isText
            ? node.Text
            : throw Refuse(node, "this is a number or a truth for YAML 1.1, not a text: put it in quotes");
    }

    private int Number(YamlTreeNode node) =>
        node is { Kind: YamlKind.Scalar, IsPlain: true, Tag: null } && PlainScalar.Int32(node.Text) is { } number
            ? number
            : throw Refuse(node, "a whole number is expected here");

    private static bool IsNull(YamlTreeNode node) =>
        node is { Kind: YamlKind.Scalar, IsPlain: true, Tag: null } && PlainScalar.IsNull(node.Text);

    /// <summary>A key that kube-apiserver doesn't know may be anything, so that no more than a name is repeated.</summary>
    private static string Name(YamlTreeNode key) =>
        key.Kind == YamlKind.Scalar
        && key.Text.Length is > 0 and <= 40
        && key.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"\"{key.Text}\""
            : "this key";

    private void RefuseOtherThanJson()
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            while (reader.Read()) { }
        }
        catch (JsonException e)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"{path}: line {e.LineNumber + 1}: this is no valid JSON, which kube-apiserver reads where a file begins with a brace",
                "correct the file"
            );
        }
    }

    private CommandException Refuse(YamlTreeNode node, string what) =>
        new(ExitCode.Usage, $"{path}: line {node.Start.Line}, column {node.Start.Column}: {what}", "correct the file");
}
