using System.Text;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace EdgeKms.Cluster.Deploy.Files;

/// <summary>A change as a person reads it: lines with <c>+</c> and <c>-</c>, and two lines around them.</summary>
public static class FileDiff
{
    private const int Around = 2;

    public static IReadOnlyList<string> Of(FileChange change)
    {
        if (change.IsDone)
            return [];
        var before = change.Before is null ? "" : Encoding.UTF8.GetString(change.Before);
        var after = change.After is null ? "" : Encoding.UTF8.GetString(change.After);
        var lines = InlineDiffBuilder.Diff(before, after, ignoreWhiteSpace: false).Lines;
        var shown = new List<string>
        {
            $"--- {(change.Before is null ? "(new)" : change.Path)}",
            $"+++ {(change.After is null ? "(removed)" : change.Path)}",
        };
        var last = -1;
        for (var i = 0; i < lines.Count; i++)
        {
            if (!IsNearAChange(lines, i) || (i == lines.Count - 1 && lines[i].Text.Length == 0))
                continue;
            if (last >= 0 && i > last + 1)
                shown.Add("@@");
            shown.Add(Mark(lines[i].Type) + lines[i].Text);
            last = i;
        }
        return shown;
    }

    private static bool IsNearAChange(List<DiffPiece> lines, int at)
    {
        for (var i = Math.Max(0, at - Around); i <= Math.Min(lines.Count - 1, at + Around); i++)
        {
            if (lines[i].Type is ChangeType.Inserted or ChangeType.Deleted)
                return true;
        }
        return false;
    }

    private static string Mark(ChangeType type) =>
        type switch
        {
            ChangeType.Inserted => "+",
            ChangeType.Deleted => "-",
            _ => " ",
        };
}
