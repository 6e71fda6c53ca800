using EdgeKms.Cluster.Files;

namespace EdgeKms.Cluster.EncryptionConfig;

/// <summary>A list of providers in square brackets, as JSON has it and YAML may have it, edited by characters.</summary>
internal sealed class FlowList(string text, PlacedEntry entry)
{
    private readonly YamlTreeNode _list = entry.Providers;

    internal string Add(int index, string json)
    {
        var item =
            IsSpread ? Spread(json)
            : IsSpaced ? Spaced(json)
            : json;
        var items = _list.Items;
        return index < items.Count
            ? text.Insert(items[index].Start.Index, item + "," + Between)
            : text.Insert(items[^1].End.Index, "," + Between + item);
    }

    /// <summary>The item goes with one comma; a person's comments beside it stay.</summary>
    internal string Remove(int index)
    {
        var items = _list.Items;
        var (start, end) =
            index > 0 ? (items[index - 1].End.Index, items[index].End.Index)
            : items.Count > 1 ? (items[0].Start.Index, items[1].Start.Index)
            : (items[0].Start.Index, items[0].End.Index);
        var kept = string.Concat(Comments(start, end).Select(c => NewLine + Indent + c + NewLine + Indent));
        return text[..start] + kept + text[end..];
    }

    internal string Move(int from, int to)
    {
        var items = _list.Items;
        var moved = text[items[from].Start.Index..items[from].End.Index];
        var order = Enumerable.Range(0, items.Count).Where(i => i != from).ToList();
        order.Insert(to, from);
        // What stands between the items stays where it is.
        var result = text[..items[0].Start.Index];
        for (var i = 0; i < order.Count; i++)
        {
            result += order[i] == from ? moved : text[items[order[i]].Start.Index..items[order[i]].End.Index];
            result +=
                i + 1 < order.Count ? text[items[i].End.Index..items[i + 1].Start.Index] : text[items[i].End.Index..];
        }
        return result;
    }

    private IEnumerable<string> Comments(int start, int end) =>
        YamlTree.Comments(text).Where(c => c.Start.Index >= start && c.Start.Index < end).Select(c => c.Text);

    private string NewLine => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <summary>True where each item begins on a line of its own.</summary>
    private bool IsSpread => Before(_list.Items[0].Start.Index).Contains('\n', StringComparison.Ordinal);

    /// <summary>True where a blank follows colon and comma.</summary>
    private bool IsSpaced =>
        !text[_list.Start.Index.._list.End.Index].Contains("\":", StringComparison.Ordinal)
        || text[_list.Start.Index.._list.End.Index].Contains("\": ", StringComparison.Ordinal);

    private string Between =>
        IsSpread ? NewLine + Indent
        : IsSpaced ? " "
        : "";

    private string Indent => IsSpread ? Before(_list.Items[0].Start.Index).Split('\n')[^1] : "";

    /// <summary>White space in front of a place.</summary>
    private string Before(int at)
    {
        var start = at;
        while (start > 0 && char.IsWhiteSpace(text[start - 1]))
            start--;
        return text[start..at];
    }

    /// <summary>The object over several lines, as an indented file has it.</summary>
    private string Spread(string json)
    {
        var closing = Before(_list.End.Index - 1).Split('\n')[^1];
        var step = Indent.StartsWith(closing, StringComparison.Ordinal) ? Indent[closing.Length..] : "  ";
        var first = text[_list.Items[0].Start.Index.._list.Items[0].End.Index];
        if (step.Length == 0 || !first.Contains('\n', StringComparison.Ordinal))
            return IsSpaced ? Spaced(json) : json;
        return JsonText.Indented(json, Indent, step, NewLine);
    }

    private static string Spaced(string json) => JsonText.Spaced(json);
}
