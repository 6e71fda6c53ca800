using System.Diagnostics.CodeAnalysis;

namespace EdgeKms.Cluster.Conformance;

/// <summary>The checks that --checks names: "1,5-8,80a". A range takes the lettered numbers inside it along.</summary>
public sealed class CheckSelection
{
    private readonly List<(CheckNumber First, CheckNumber Last)> ranges = [];

    /// <summary>Every check.</summary>
    public static CheckSelection All { get; } = new() { ranges = { (1, 999) } };

    internal bool Contains(CheckNumber number) => ranges.Exists(r => r.First <= number && number <= r.Last);

    /// <summary>Reads the text of --checks. A single number must be a check that this command makes.</summary>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out CheckSelection? selection,
        [NotNullWhen(false)] out string? error
    )
    {
        var parsed = new CheckSelection();
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries))
        {
            error = parsed.Add(item);
            if (error is not null)
            {
                selection = null;
                return false;
            }
        }

        selection = parsed;
        error = null;
        return true;
    }

    private string? Add(string item)
    {
        var dash = item.IndexOf('-', StringComparison.Ordinal);
        if (!CheckNumber.TryParse(dash < 0 ? item : item.AsSpan(0, dash).TrimEnd(), out var first))
        {
            return $"\"{item}\" is neither a check number nor a range such as 5-8";
        }

        var last = first;
        if (dash >= 0 && !CheckNumber.TryParse(item.AsSpan(dash + 1).TrimStart(), out last))
        {
            return $"\"{item}\" is neither a check number nor a range such as 5-8";
        }

        if (last < first)
        {
            return $"the range {item} runs backwards";
        }

        // "5-80" ends with 80 and everything numbered 80: 80a too.
        last = dash >= 0 && last.Suffix == '\0' ? last with { Suffix = 'z' } : last;
        if (!Catalogue.Checks.Any(c => first <= c.Number && c.Number <= last))
        {
            return $"this command does not make check {item}; --list shows those that it makes";
        }

        ranges.Add((first, last));
        return null;
    }
}
