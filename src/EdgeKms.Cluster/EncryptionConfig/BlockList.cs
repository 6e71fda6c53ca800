using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>
/// A list of providers with a dash for each, edited by lines. A comment above a dash belongs to the item below it, one that is
/// indented deeper than the dash to the item above it; whoever moves takes his comments along, whoever goes leaves them.
/// </summary>
internal sealed class BlockList
{
    private readonly List<string> _lines;
    private readonly string _end;
    private readonly int _keyLine;
    private readonly List<Item> _items = [];

    /// <summary>Lines from 0: comments above, the dash, what is below its content still, and the line after all of it.</summary>
    private readonly record struct Item(int Head, int Dash, int Column, int Tail, int After);

    /// <param name="text">The file without a byte order mark.</param>
    /// <param name="entry">Whose providers.</param>
    internal BlockList(string text, PlacedEntry entry)
    {
        _lines = [.. text.Split('\n')];
        _end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r" : "";
        _keyLine = entry.ProvidersKey.Start.Line - 1;
        var list = entry.Providers;
        var last = list.End.Index >= text.TrimEnd().Length ? _lines.Count : list.End.Line - 1;
        var dashes = list.Items.Select(Dash).ToList();
        var head = _keyLine + 1;
        for (var i = 0; i < dashes.Count; i++)
        {
            var (dash, column) = dashes[i];
            var until = i + 1 < dashes.Count ? dashes[i + 1].Line : last;
            var tail = until;
            while (tail > dash + 1 && IsBlankOrComment(_lines[tail - 1]))
                tail--;
            var after = tail;
            while (after < until && IsComment(_lines[after]) && Indent(_lines[after]) > column)
                after++;
            _items.Add(new Item(head, dash, column, tail, after));
            head = after;
        }
    }

    internal string Add(int index, IReadOnlyList<string> item) => Insert(index, Indented(item));

    /// <summary>The item goes; the person's comments stay where they are.</summary>
    internal string Remove(int index)
    {
        var item = _items[index];
        var block = _lines[item.Head..item.After];
        var inner = string.Join('\n', _lines[item.Dash..item.Tail]);
        List<string> kept =
        [
            .. _lines[item.Head..item.Dash]
                .Where(l => !ProviderText.IsOwnComment(l))
                .Select(l => AtMost(item.Column, l)),
            .. YamlTree
                .Comments(inner)
                .Select(c => c.Text)
                .Where(c => !ProviderText.IsOwnInnerComment(c))
                .Select(c => new string(' ', item.Column) + c + _end),
            .. _lines[item.Tail..item.After].Select(l => AtMost(item.Column, l)),
        ];
        _lines.RemoveRange(item.Head, block.Count);
        _lines.InsertRange(item.Head, kept);
        return Text();
    }

    internal string Move(int from, int to)
    {
        var item = _items[from];
        List<string> block =
        [
            .. _lines[item.Head..item.Dash].Select(l => AtMost(item.Column, l)),
            .. _lines[item.Dash..item.After],
        ];
        if (to < from)
        {
            _lines.RemoveRange(item.Head, block.Count);
            _lines.InsertRange(to == 0 ? _keyLine + 1 : _items[to].Head, block);
        }
        else
        {
            _lines.InsertRange(_items[to].After, block);
            _lines.RemoveRange(item.Head, block.Count);
        }
        return Text();
    }

    /// <summary>Our own comments, which say what a place in the list means, put right.</summary>
    internal string WithTrueComments(bool identityIsFirst, int identity)
    {
        var item = _items[identity];
        var head = _lines[item.Head..item.Dash];
        if (!head.Any(ProviderText.IsOwnComment))
            return Text();
        var own = ProviderText.Identity(identityIsFirst).Lines.SkipLast(1);
        _lines.RemoveRange(item.Head, head.Count);
        _lines.InsertRange(item.Head, [.. head.Where(l => !ProviderText.IsOwnComment(l)), .. Indented([.. own])]);
        return Text();
    }

    private string Insert(int index, IEnumerable<string> lines)
    {
        var at = index == 0 ? _keyLine + 1 : _items[index - 1].After;
        var added = lines.ToList();
        // A file that ends without a line end.
        if (at == _lines.Count)
        {
            _lines[^1] += _end;
            if (_end.Length > 0)
                added[^1] = added[^1].TrimEnd('\r');
        }
        _lines.InsertRange(at, added);
        return Text();
    }

    private IEnumerable<string> Indented(IReadOnlyList<string> item) =>
        item.Select(l => new string(' ', _items[0].Column) + l + _end);

    private string Text() => string.Join('\n', _lines);

    /// <summary>The dash may stand on a line of its own, with comments between it and its content.</summary>
    private (int Line, int Column) Dash(YamlTreeNode item)
    {
        var line = item.Start.Line - 1;
        var before = _lines[line][..(item.Start.Column - 1)].TrimEnd();
        while (!before.EndsWith('-') && line > 0)
        {
            line--;
            before = IsBlankOrComment(_lines[line]) ? "" : WithoutComment(_lines[line]).TrimEnd();
        }
        return (line, before.LastIndexOf('-'));
    }

    /// <summary>A comment that is indented deeper would be text of a block scalar above it.</summary>
    private static string AtMost(int column, string line) =>
        Indent(line) > column && IsComment(line) ? new string(' ', column) + line.TrimStart() : line;

    private static string WithoutComment(string line) =>
        line.IndexOf(" #", StringComparison.Ordinal) is >= 0 and var at ? line[..at] : line;

    private static int Indent(string line) => line.Length - line.AsSpan().TrimStart().Length;

    private static bool IsComment(string line) => line.AsSpan().TrimStart() is ['#', ..];

    private static bool IsBlankOrComment(string line) => line.AsSpan().TrimStart() is [] or ['#', ..];
}
