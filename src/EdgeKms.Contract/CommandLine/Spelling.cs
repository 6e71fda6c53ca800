namespace EdgeKms.Contract.CommandLine;

/// <summary>Finds the name that was probably meant.</summary>
public static class Spelling
{
    /// <summary>
    /// The name with the fewest edits, where these are at most a third of what was typed (rounded up); the first of
    /// equals. Longer input than 64 characters is nobody's typing error.
    /// </summary>
    public static string? Nearest(string typed, IEnumerable<string> names)
    {
        if (typed.Length is 0 or > 64)
            return null;
        var limit = (typed.Length + 2) / 3;
        return names.Where(name => Edits(typed, name) <= limit).MinBy(name => Edits(typed, name));
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Edits(string a, string b)
    {
        // cost[i][j] is the price of turning the first i characters of a into the first j of b.
        int[][] cost = [.. Enumerable.Range(0, a.Length + 1).Select(i => new int[b.Length + 1])];
        for (var i = 0; i <= a.Length; i++)
            cost[i][0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0][j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i][j] = Math.Min(replaced, Math.Min(cost[i - 1][j], cost[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i][j] = Math.Min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
        return cost[a.Length][b.Length];
    }
}
