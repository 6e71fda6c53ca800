using EdgeKms.Cluster.Files;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// An EncryptionConfiguration whose lists of providers are changed while everything else stays: comments, other entries,
/// keys, which are carried along as lines and never looked at.
/// </summary>
public sealed class ConfigurationText
{
    private readonly byte[] _bytes;
    private readonly string _path;

    private ConfigurationText(byte[] bytes, string path, IReadOnlyList<ConfiguredEntry> entries) =>
        (_bytes, _path, Entries) = (bytes, path, entries);

    public IReadOnlyList<ConfiguredEntry> Entries { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <param name="bytes">UTF-8 YAML with a line for each item of its lists.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="Contract.Failures.CommandException">Exit code 3: it isn't an EncryptionConfiguration that can be edited.</exception>
    public static ConfigurationText Parse(byte[] bytes, string path)
    {
        var yaml = new YamlText(bytes, path);
        if (yaml.Get<YamlScalarNode>(yaml.Root, "kind").Value is not "EncryptionConfiguration")
            throw YamlText.Refused(
                $"{path} is no EncryptionConfiguration",
                "name the API server's --encryption-provider-config"
            );
        var entries = Lists(yaml).Select(list => Entry(yaml, list)).ToList();
        return new ConfigurationText(bytes, path, entries);
    }

    /// <summary>The file with other lists of providers; null keeps an entry as it is.</summary>
    public byte[] With(Func<ConfiguredEntry, IReadOnlyList<ProviderText>?> change)
    {
        var yaml = new YamlText(_bytes, _path);
        // From the last on, so that the numbers of the lines before stay right.
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (change(Entries[i]) is not { } providers)
                continue;
            var list = Lists(yaml)[i].Providers;
            var indent = new string(' ', (int)list.Children[0].Start.Column - 1 - Dash(yaml, list.Children[0]));
            var (first, last) = (FirstLine(yaml, list, 0), yaml.LastLine(list.Children[^1]));
            yaml.Replace(first, last, providers.SelectMany(p => p.Lines).Select(l => l.Length == 0 ? l : indent + l));
        }
        return yaml.Bytes();
    }

    private static List<(YamlSequenceNode Resources, YamlSequenceNode Providers)> Lists(YamlText yaml) =>
        [
            .. yaml.Get<YamlSequenceNode>(yaml.Root, "resources")
                .Children.OfType<YamlMappingNode>()
                .Select(entry =>
                    (yaml.Get<YamlSequenceNode>(entry, "resources"), yaml.Get<YamlSequenceNode>(entry, "providers"))
                ),
        ];

    private static ConfiguredEntry Entry(YamlText yaml, (YamlSequenceNode Resources, YamlSequenceNode Providers) list)
    {
        var providers = list.Providers;
        if (providers.Children.Count == 0 || providers.Style == SequenceStyle.Flow)
        {
            throw YamlText.Refused(
                $"{yaml.Path}: line {providers.Start.Line}: a list of providers that is empty or in square brackets",
                "write it with a line for each provider"
            );
        }
        var texts = new List<ProviderText>();
        for (var i = 0; i < providers.Children.Count; i++)
        {
            var child = providers.Children[i];
            var indent = (int)child.Start.Column - 1 - Dash(yaml, child);
            var lines = yaml.Lines(FirstLine(yaml, providers, i), yaml.LastLine(child));
            texts.Add(new ProviderText(Provider(yaml, child), [.. lines.Select(l => Outdent(l, indent))]));
        }
        return new ConfiguredEntry(
            [.. list.Resources.Children.OfType<YamlScalarNode>().Select(r => r.Value ?? "")],
            texts
        );
    }

    /// <summary>How far an item's content is from its dash.</summary>
    private static int Dash(YamlText yaml, YamlNode child)
    {
        var line = yaml.Lines((int)child.Start.Line, (int)child.Start.Line)[0];
        return (int)child.Start.Column - 1 - line.LastIndexOf('-', (int)child.Start.Column - 2);
    }

    /// <summary>Of an item with the comments above it.</summary>
    private static int FirstLine(YamlText yaml, YamlSequenceNode list, int index)
    {
        var line = (int)list.Children[index].Start.Line;
        var before = index == 0 ? KeyLine(yaml, list) : yaml.LastLine(list.Children[index - 1]);
        return Math.Min(line, before + 1);
    }

    /// <summary>The line with <c>providers:</c>: the nearest above the list that is neither blank nor a comment.</summary>
    private static int KeyLine(YamlText yaml, YamlSequenceNode list)
    {
        var line = (int)list.Children[0].Start.Line - 1;
        while (line > 1 && yaml.Lines(line, line)[0].AsSpan().TrimStart() is [] or ['#', ..])
            line--;
        return line;
    }

    private static string Outdent(string line, int indent) =>
        line.Length - line.AsSpan().TrimStart().Length >= indent ? line[indent..] : line.TrimStart();

    private static ConfiguredProvider Provider(YamlText yaml, YamlNode node)
    {
        if (node is not YamlMappingNode { Children: { Count: 1 } children })
            throw YamlText.Refused(
                $"{yaml.Path}: line {node.Start.Line}: a provider is one object with one name",
                "correct the file"
            );
        var (key, value) = (children[0].Key.ToString(), children[0].Value as YamlMappingNode);
        return key == "kms"
            ? new ConfiguredProvider(
                key,
                Text(value, "name"),
                Text(value, "apiVersion") ?? "v1",
                Text(value, "endpoint")
            )
            : new ConfiguredProvider(key, null, null, null);
    }

    private static string? Text(YamlMappingNode? map, string key) =>
        map is not null && map.Children.TryGetValue(new YamlScalarNode(key), out var value)
            ? (value as YamlScalarNode)?.Value
            : null;
}
