using System.Globalization;
using System.Text;
using EdgeKms.Contract.Failures;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EdgeKms.Cluster.Files;

/// <summary>
/// A mapping of a YAML (or JSON) file that is read with strict types. Messages name file, line and key, and never repeat a
/// value: it may be a token.
/// </summary>
internal sealed class YamlMap
{
    /// <summary>Nesting is parsed by recursion, which an endless row of brackets would run out of.</summary>
    private const int MaxDepth = 64;

    private readonly YamlMappingNode _node;
    private readonly string _path;

    private YamlMap(YamlMappingNode node, string path) => (_node, _path) = (node, path);

    /// <summary>Parses one document.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CommandException">Exit code 2: it isn't one YAML object.</exception>
    internal static YamlMap Parse(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            RefuseDepth(text, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? new YamlMap(root, path)
                : throw Refused($"{path} is not one YAML object");
        }
        catch (YamlException e)
        {
            // Without its text, which may hold a piece of the file.
            throw Refused($"{path}: line {e.Start.Line.ToString(CultureInfo.InvariantCulture)}: this is no valid YAML");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException and not DecoderFallbackException)
        {
            // What YamlDotNet throws for some texts that end too early.
            throw Refused($"{path} is no valid YAML");
        }
        catch (DecoderFallbackException)
        {
            throw Refused($"{path} is not UTF-8 text");
        }
    }

    internal bool Has(string key) => Find(key) is not null;

    /// <summary>A text; null where it is missing, null or empty.</summary>
    internal string? Text(string key) =>
        Find(key) switch
        {
            null => null,
            YamlScalarNode { Value: { Length: > 0 } text } => text,
            YamlScalarNode => null,
            var other => throw Wrong(key, "text", other),
        };

    internal bool Flag(string key) =>
        Text(key) switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Wrong(key, "true or false", Find(key)!),
        };

    internal YamlMap? Map(string key) =>
        Find(key) switch
        {
            null => null,
            YamlMappingNode node => new YamlMap(node, _path),
            var other => throw Wrong(key, "an object", other),
        };

    /// <summary>A list of objects; empty where it is missing.</summary>
    internal IReadOnlyList<YamlMap> Maps(string key) =>
        [
            .. Items(key)
                .Select(i =>
                    i is YamlMappingNode node ? new YamlMap(node, _path) : throw Wrong(key, "a list of objects", i)
                ),
        ];

    /// <summary>A list of texts; empty where it is missing.</summary>
    internal IReadOnlyList<string> Texts(string key) =>
        [
            .. Items(key)
                .Select(i => i is YamlScalarNode { Value: { } text } ? text : throw Wrong(key, "a list of texts", i)),
        ];

    /// <summary>The keys, in their order.</summary>
    internal IReadOnlyList<string> Keys() =>
        [.. _node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "")];

    internal CommandException Refuse(string what) =>
        Refused($"{_path}: line {_node.Start.Line.ToString(CultureInfo.InvariantCulture)}: {what}");

    private static CommandException Refused(string what) => new(ExitCode.Usage, what, "correct the file");

    /// <summary>Missing and null are the same, as for Kubernetes.</summary>
    private YamlNode? Find(string key) =>
        _node.Children.TryGetValue(new YamlScalarNode(key), out var node)
        && node is not YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" }
            ? node
            : null;

    private IEnumerable<YamlNode> Items(string key) =>
        Find(key) switch
        {
            null => [],
            YamlSequenceNode list => list.Children,
            var other => throw Wrong(key, "a list", other),
        };

    private CommandException Wrong(string key, string wanted, YamlNode node) =>
        Refused($"{_path}: line {node.Start.Line.ToString(CultureInfo.InvariantCulture)}: {key} must be {wanted}");

    private static void RefuseDepth(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); )
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth)
                throw Refused($"{path} is nested deeper than {MaxDepth.ToString(CultureInfo.InvariantCulture)} levels");
        }
    }
}
