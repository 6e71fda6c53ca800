namespace EdgeKms.Contract.Tests.Repository;

/// <summary>Generated text that is kept in the repository. EDGEKMS_ACCEPT=1 writes it anew instead of comparing.</summary>
internal static class Accepted
{
    private static bool Accept => Environment.GetEnvironmentVariable("EDGEKMS_ACCEPT") == "1";

    public static void Equal(string path, string expected)
    {
        if (Accept)
            File.WriteAllText(Checkout.File(path), expected);
        Assert.Equal(expected, File.ReadAllText(Checkout.File(path)));
    }

    /// <summary>Compares what stands between the lines <c>&lt;!-- NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c>.</summary>
    public static void Between(string path, string name, string expected)
    {
        var page = File.ReadAllText(Checkout.File(path));
        var (open, close) = ($"<!-- {name} -->\n", $"<!-- end {name} -->");
        var start = page.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = page.IndexOf(close, StringComparison.Ordinal);
        Assert.True(start >= open.Length && end >= start, $"{path} has no place for {name}");
        if (Accept)
            File.WriteAllText(Checkout.File(path), page[..start] + expected + page[end..]);
        else
            Assert.Equal(expected, page[start..end]);
    }
}
