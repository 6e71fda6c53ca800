using System.Text;
using EdgeKms.Contract.Failures;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace EdgeKms.Cluster.Files;

/// <summary>
/// A YAML document that is edited as text, so that comments, order and quotation stay: the parser says where things are,
/// and whole lines are put in between.
/// </summary>
internal sealed class YamlText
{
    private readonly List<string> _lines;

    /// <param name="bytes">UTF-8, one document with a mapping.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CommandException">Exit code 3: it isn't.</exception>
    internal YamlText(byte[] bytes, string path)
    {
        Path = path;
        var text = Encoding.UTF8.GetString(bytes);
        _lines = [.. text.Split('\n')];
        Root = Parse(text);
    }

    internal string Path { get; }

    internal YamlMappingNode Root { get; private set; }

    internal byte[] Bytes() => Encoding.UTF8.GetBytes(string.Join('\n', _lines));

    /// <summary>
    /// Puts items after the last one of a block sequence, with its indentation; each is one or more lines without it, the
    /// first beginning with <c>- </c>.
    /// </summary>
    internal void Append(YamlSequenceNode sequence, params IReadOnlyList<string> lines)
    {
        if (sequence.Style == SequenceStyle.Flow || sequence.Children.Count == 0)
        {
            throw Refused(
                $"{Path}: line {sequence.Start.Line}: a list in square brackets",
                "write it with a line for each item, then deploy again"
            );
        }
        var first = _lines[(int)sequence.Children[0].Start.Line - 1];
        var indent = first[..first.IndexOf('-', StringComparison.Ordinal)];
        _lines.InsertRange(LastLine(sequence.Children[^1]), lines.Select(l => indent + l));
        Root = Parse(string.Join('\n', _lines));
    }

    /// <summary>Lines by their numbers, from 1, both included.</summary>
    internal IReadOnlyList<string> Lines(int first, int last) => _lines[(first - 1)..last];

    /// <summary>Puts lines in the place of others. The numbers of those after them change.</summary>
    internal void Replace(int first, int last, IEnumerable<string> lines)
    {
        _lines.RemoveRange(first - 1, last - first + 1);
        _lines.InsertRange(first - 1, lines);
        Root = Parse(string.Join('\n', _lines));
    }

    /// <summary>A member of a mapping, of this type.</summary>
    /// <exception cref="CommandException">Exit code 3: there is none.</exception>
    internal T Get<T>(YamlMappingNode map, string key)
        where T : YamlNode =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var value) && value is T node
            ? node
            : throw Refused(
                $"{Path}: line {map.Start.Line}: {key} is missing",
                "this is not the file that it should be"
            );

    internal static CommandException Refused(string what, string hint, Exception? inner = null) =>
        new(ExitCode.Refused, what, hint, inner);

    /// <summary>The number of the last line that holds something of a node; from 1.</summary>
    internal int LastLine(YamlNode node)
    {
        var last = node.AllNodes.OfType<YamlScalarNode>().Max(n => n.End.Line);
        // A plain text may end at the beginning of the line after it.
        var line = (int)last;
        while (line > node.Start.Line && (line > _lines.Count || IsBlankOrComment(_lines[line - 1])))
            line--;
        return line;
    }

    private static bool IsBlankOrComment(string line) => line.AsSpan().TrimStart() is [] or ['#', ..];

    private YamlMappingNode Parse(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [{ RootNode: YamlMappingNode root }]
                ? root
                : throw Refused($"{Path} is not one YAML object", "name the right file");
        }
        catch (YamlException e)
        {
            throw Refused($"{Path} is not valid YAML (line {e.Start.Line})", "correct it first", e);
        }
    }
}
