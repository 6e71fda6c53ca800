using EdgeKms.Cli.Scan;
using EdgeKms.Cli.Status;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Report;

/// <summary>The one sentence: are the stored objects under the active key, and who proves it?</summary>
internal static class ObjectsVerdict
{
    private const string Area = "objects";
    private const string Title = "Stored objects";

    internal static ReportPoint Of(ReportParts parts)
    {
        if (parts.Scan.Value is not { } scan)
        {
            return ReportSummary.NotChecked(
                Area,
                Title,
                $"the stored objects were not counted: {parts.Scan.NotChecked}"
            );
        }
        return Foreign(scan, parts) is { } reason
            ? new ReportPoint(Area, Title, ReportOutcome.Attention, reason)
            : new ReportPoint(Area, Title, Outcome(scan), Sentence(scan));
    }

    /// <summary>What the scan proves, which may be less than all.</summary>
    private static string Sentence(ScanReport scan)
    {
        var at = Moments.Date(scan.Time);
        var total = scan.Objects - scan.NotCovered;
        if (total == 0)
            return $"No object is stored that would have to be encrypted, counted {at}.";
        if (scan.Active != total)
            return $"{ReportSummary.Sentence(ScanVerdict.Verdict(scan))[..^1]}, counted {at}.";
        var which =
            scan.Complete ? ""
            : total == 1 ? " that was counted"
            : " that were counted";
        return total == 1
            ? $"The only object{which} is encrypted under the active key, proven {at}."
            : $"All {ScanText.Number(total)} {Nouns(scan)}{which} are encrypted under the active key, proven {at}.";
    }

    private static string Outcome(ScanReport scan) =>
        scan.Plain + scan.Foreign + scan.KmsV1 + scan.Unreadable > 0 ? ReportOutcome.Problem
        : scan.Stale + scan.Undecided > 0 || !scan.Complete ? ReportOutcome.Attention
        : ReportOutcome.Ok;

    /// <summary>A kept scan of another ring or of an earlier key proves nothing of this one.</summary>
    private static string? Foreign(ScanReport scan, ReportParts parts)
    {
        if (parts.Provider.Value?.Ring is not { } ring)
            return null;
        var at = Moments.Date(scan.Time);
        if (scan.RingId is { } id && id != ring.Id)
            return $"The scan of {at} is of another key ring ({id}) and proves nothing of this one; scan again.";
        var active = ring.Keys.FirstOrDefault(k => k.State == "active")?.Id;
        return scan.ActiveKeyId is { } key && active is not null && key != active
            ? $"The scan of {at} was made for the key {key}, which is not the active one; scan again."
            : null;
    }

    private static string Nouns(ScanReport scan)
    {
        string[] names =
        [
            .. scan
                .Counts.Where(c => c.State != "not-covered" && c.Objects > 0)
                .Select(c => c.Resource)
                .Distinct(StringComparer.Ordinal)
                .OrderBy(n => n == "secrets" ? 0 : 1),
        ];
        string[] nouns = [.. names.Select(Noun).OfType<string>()];
        return nouns.Length == names.Length && nouns.Length is 1 or 2 ? string.Join(" and ", nouns)
            : names.Contains("secrets", StringComparer.Ordinal) ? "Secrets and other objects"
            : "objects";
    }

    private static string? Noun(string resource) =>
        resource switch
        {
            "secrets" => "Secrets",
            "configmaps" => "ConfigMaps",
            _ => null,
        };
}
