using System.Globalization;
using EdgeKms.Contract.Failures;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Comment = YamlDotNet.Core.Tokens.Comment;

namespace EdgeKms.Cluster.Files;

/// <summary>What a node of YAML is.</summary>
internal enum YamlKind
{
    Scalar,
    Sequence,
    Mapping,
}

/// <summary>A place in a text; the index is from 0, line and column from 1.</summary>
internal readonly record struct YamlPlace(int Index, int Line, int Column)
{
    internal static YamlPlace Of(Mark mark) => new((int)mark.Index, (int)mark.Line, (int)mark.Column);
}

/// <summary>A node with the place of its text. Of a collection in block form the end is where the next thing begins.</summary>
internal sealed class YamlTreeNode(YamlKind kind, YamlPlace start)
{
    internal YamlKind Kind => kind;
    internal YamlPlace Start => start;
    internal YamlPlace End { get; set; }

    /// <summary>Of a scalar.</summary>
    internal string Text { get; init; } = "";
    internal bool IsPlain { get; init; }

    /// <summary>Of a collection: in brackets or braces, as all of JSON is.</summary>
    internal bool IsFlow { get; init; }
    internal string? Tag { get; init; }
    internal List<YamlTreeNode> Items { get; } = [];
    internal List<(YamlTreeNode Key, YamlTreeNode Value)> Members { get; } = [];
}

/// <summary>A YAML (or JSON) document with the places of its nodes and comments, for what edits it as text.</summary>
internal sealed class YamlTree
{
    /// <summary>Nesting is parsed by recursion, which an endless row of brackets would run out of.</summary>
    private const int MaxDepth = 64;

    private readonly Dictionary<string, YamlTreeNode> _anchors = new(StringComparer.Ordinal);
    private readonly string _text;
    private readonly string _path;

    private YamlTree(string text, string path) => (_text, _path) = (text, path);

    /// <summary>The first document, which is all that kube-apiserver reads (goyaml.v2, Unmarshal); null where it is empty.</summary>
    /// <param name="text">Without a byte order mark.</param>
    /// <param name="path">For messages, which never repeat a value.</param>
    /// <exception cref="CommandException">Exit code 2: it is no YAML, or nested too deeply.</exception>
    internal static YamlTreeNode? Parse(string text, string path)
    {
        try
        {
            RefuseDepth(text, path);
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _) || parser.Accept<DocumentEnd>(out _))
                return null;
            return new YamlTree(text, path).Node(parser);
        }
        catch (YamlException e)
        {
            // Without its text, which may hold a piece of the file.
            throw Refused(
                $"{path}: line {Text(e.Start.Line)}, column {Text(e.Start.Column)}: this YAML is not read by this program"
            );
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // What YamlDotNet throws for some texts that end too early.
            throw Refused($"{path}: this YAML is not read by this program");
        }
    }

    /// <summary>Comments of a text that <see cref="Parse"/> takes, each with its <c>#</c>.</summary>
    internal static IReadOnlyList<(YamlPlace Start, string Text)> Comments(string text)
    {
        var comments = new List<(YamlPlace, string)>();
        var scanner = new Scanner(new StringReader(text), skipComments: false);
        while (scanner.MoveNext())
        {
            if (scanner.Current is not Comment comment)
                continue;
            var start = YamlPlace.Of(comment.Start);
            var end = text.IndexOfAny(['\r', '\n'], start.Index) is >= 0 and var line ? line : text.Length;
            comments.Add((start, text[start.Index..end].TrimEnd()));
        }
        return comments;
    }

    private YamlTreeNode Node(Parser parser)
    {
        switch (parser.Current)
        {
            case AnchorAlias alias:
                parser.MoveNext();
                return _anchors.TryGetValue(alias.Value.Value, out var known)
                    ? known
                    : throw Refused($"{_path}: line {Text(alias.Start.Line)}: there is no anchor {alias.Value.Value}");
            case Scalar scalar:
                parser.MoveNext();
                return Keep(
                    scalar.Anchor,
                    new YamlTreeNode(YamlKind.Scalar, YamlPlace.Of(scalar.Start))
                    {
                        End = YamlPlace.Of(scalar.End),
                        Text = scalar.Value,
                        IsPlain = scalar.Style == ScalarStyle.Plain,
                        Tag = TagOf(scalar.Tag),
                    }
                );
            case SequenceStart start:
                parser.MoveNext();
                return Sequence(parser, start);
            case MappingStart start:
                parser.MoveNext();
                return Mapping(parser, start);
            default:
                throw Refused(
                    $"{_path}: line {Text(parser.Current!.Start.Line)}: this YAML is not read by this program"
                );
        }
    }

    private YamlTreeNode Sequence(Parser parser, SequenceStart start)
    {
        var node = Keep(
            start.Anchor,
            new YamlTreeNode(YamlKind.Sequence, YamlPlace.Of(start.Start))
            {
                IsFlow = start.Style == SequenceStyle.Flow,
                Tag = TagOf(start.Tag),
            }
        );
        while (parser.Current is not SequenceEnd)
        {
            var item = Node(parser);
            if (node.IsFlow && node.Items.Count > 0)
                RefuseWithout(',', node.Items[^1], item);
            node.Items.Add(item);
        }
        node.End = End(YamlPlace.Of(parser.Consume<SequenceEnd>().End), node.IsFlow, ']');
        return node;
    }

    private YamlTreeNode Mapping(Parser parser, MappingStart start)
    {
        var node = Keep(
            start.Anchor,
            new YamlTreeNode(YamlKind.Mapping, YamlPlace.Of(start.Start))
            {
                IsFlow = start.Style == MappingStyle.Flow,
                Tag = TagOf(start.Tag),
            }
        );
        while (parser.Current is not MappingEnd)
        {
            var key = Node(parser);
            var value = Node(parser);
            RefuseWithout(':', key, value);
            node.Members.Add((key, value));
        }
        node.End = End(YamlPlace.Of(parser.Consume<MappingEnd>().End), node.IsFlow, '}');
        return node;
    }

    /// <summary>YamlDotNet takes two quoted texts side by side for key and value, which no other parser does.</summary>
    private void RefuseWithout(char sign, YamlTreeNode before, YamlTreeNode after)
    {
        var (start, end) = (before.End.Index, after.Start.Index);
        // An alias stands elsewhere, and what is missing stands nowhere.
        if (start > end || (after.IsPlain && after.Text.Length == 0))
            return;
        if (!_text.AsSpan(start, end - start).Contains(sign))
            throw Refused(
                $"{_path}: line {Text(after.Start.Line)}, column {Text(after.Start.Column)}: there is no {sign} in front of this"
            );
    }

    /// <summary>The parser's own end of brackets is in front of the last one.</summary>
    private YamlPlace End(YamlPlace end, bool isFlow, char closing) =>
        isFlow && end.Index < _text.Length && _text[end.Index] == closing
            ? new YamlPlace(end.Index + 1, end.Line, end.Column + 1)
            : end;

    private YamlTreeNode Keep(AnchorName anchor, YamlTreeNode node)
    {
        if (!anchor.IsEmpty)
            _anchors[anchor.Value] = node;
        return node;
    }

    private static string? TagOf(TagName tag) => tag.IsEmpty ? null : tag.Value;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static CommandException Refused(string what) => new(ExitCode.Usage, what, "correct the file");

    private static void RefuseDepth(string text, string path)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); )
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > MaxDepth)
                throw Refused($"{path} is nested deeper than {Text(MaxDepth)} levels");
            if (parser.Current is DocumentEnd)
                return;
        }
    }
}
