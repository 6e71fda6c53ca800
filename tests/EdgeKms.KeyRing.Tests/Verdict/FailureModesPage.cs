namespace EdgeKms.KeyRing.Tests.Verdict;

/// <summary>The rows of docs/architecture/failure-modes.md; the daemon's tests read it with the same file.</summary>
internal static class FailureModesPage
{
    /// <param name="Case">As reports name it, such as <c>held-only</c>; <c>-</c> where the row is no case of the ring.</param>
    /// <param name="Stops">Begins with yes or no where there is a case.</param>
    /// <param name="Loses">As above.</param>
    /// <param name="Tests">The names, each in back quotes.</param>
    internal sealed record Row(string Case, string What, string Stops, string Loses, string Tests)
    {
        /// <summary>True for yes, false for no, null for neither.</summary>
        internal static bool? Answer(string cell) =>
            cell.TrimStart('*') switch
            {
                ['y', 'e', 's', ..] => true,
                ['n', 'o', ..] => false,
                _ => null,
            };
    }

    internal static IReadOnlyList<Row> Rows { get; } = Read(Find(AppContext.BaseDirectory));

    private static List<Row> Read(string path) =>
        [
            .. File.ReadLines(path)
                .SkipWhile(l => !l.StartsWith("|---", StringComparison.Ordinal))
                .Skip(1)
                .Where(l => l.StartsWith('|'))
                .Select(l => l.Split('|', StringSplitOptions.TrimEntries))
                .Select(c =>
                    c.Length == 9
                        ? new Row(c[1], c[2], c[4], c[5], c[7])
                        : throw new InvalidDataException($"{c.Length - 2} columns: {c[1]} {c[2]}")
                ),
        ];

    private static string Find(string folder) =>
        Path.Combine(folder, "docs/architecture/failure-modes.md") is var path && File.Exists(path)
            ? path
            : Find(Path.GetDirectoryName(folder)!);
}
