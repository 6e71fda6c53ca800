using System.Text.Json;

namespace EdgeKms.Cluster.Conformance;

/// <summary>One line of --list.</summary>
/// <param name="Number">The check's number in spec/conformance.md.</param>
/// <param name="Section">The part of the specification that it belongs to.</param>
/// <param name="Level">How binding the rule is.</param>
/// <param name="Title">What must be seen.</param>
/// <param name="Source">Where the rule comes from.</param>
public sealed record ListedCheck(string Number, string Section, Level Level, string Title, string Source)
{
    /// <summary>The selected checks, in the order of the numbers.</summary>
    public static IReadOnlyList<ListedCheck> Select(CheckSelection selection) =>
        [
            .. Catalogue
                .Checks.Where(c => selection.Contains(c.Number))
                .Select(c => new ListedCheck(c.Number.ToString(), c.Section, c.Level, c.Title, c.Source)),
        ];

    public static string ToJson(IReadOnlyList<ListedCheck> list) =>
        JsonSerializer.Serialize(list, ReportJson.Default.IReadOnlyListListedCheck);
}
