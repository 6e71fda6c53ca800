using EdgeKms.Cluster.Writers;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cli.Scan;

/// <summary>What the counts mean, in sentences: what is kept of the past, the verdict, the next command.</summary>
internal static class ScanVerdict
{
    private const string Reencrypt = "next: edgekms reencrypt";

    /// <summary>Changes nothing, and lists the keys of a backup.</summary>
    internal const string LookForTheKey = "next: edgekms restore --verify FILE";

    internal const string KmsV1 =
        "of KMS v1: the API server doesn't see under which key such an object is, so "
        + "a no-op write leaves it under its old one, also after a rotation; \"edgekms migrate\" to KMS v2 under another name of the provider moves it";

    /// <summary>Which keys are missing, most objects first, and what to do about it; null where none is.</summary>
    internal static string? Missing(ScanReport report)
    {
        if (report.Unreadable == 0)
            return null;
        List<string> keys =
        [
            .. report
                .Counts.Where(c => c is { State: "unreadable", KeyId: not null })
                .GroupBy(c => c.KeyId!, StringComparer.Ordinal)
                .OrderByDescending(g => g.Sum(c => c.Objects))
                .Select(g => g.Key),
        ];
        var more = keys.Count > ObjectsReport.ShownKeys ? $" and {keys.Count - ObjectsReport.ShownKeys} more" : "";
        return $"under a key that this key ring doesn't have ({string.Join(", ", keys.Take(ObjectsReport.ShownKeys))}{more}): "
            + "the API server can't read such an object, and no re-encryption moves it. A backup of the key ring may have the key; "
            + $"don't delete the objects: {ObjectsReport.UnreadablePage}";
    }

    /// <param name="report">What was counted.</param>
    /// <param name="configured">Who writes, for the next command.</param>
    internal static IEnumerable<string> Lines(ScanReport report, ConfiguredWriters configured)
    {
        yield return History(report.Leftovers);
        if (Missing(report) is { } missing)
            yield return missing;
        if (report.KmsV1 > 0)
        {
            yield return KmsV1;
        }
        yield return Verdict(report);
        if (Next(report, configured) is { } next)
            yield return next;
    }

    internal static string Verdict(ScanReport report)
    {
        var total = ScanText.Number(report.Objects - report.NotCovered);
        var parts = new List<string>();
        void Part(long number, string what)
        {
            if (number > 0)
                parts.Add($"{ScanText.Number(number)} {what}");
        }

        Part(report.Unreadable, "under a key that this key ring doesn't have: unreadable");
        Part(report.Stale, "under an older key");
        Part(report.Plain, "in the clear");
        Part(report.Foreign, "of another provider or damaged");
        Part(report.KmsV1, "encrypted by KMS v1");
        Part(
            report.Undecided,
            report.ExitCode == 1 ? "under more than one key" : "under one key, which may be the active one"
        );
        if (parts.Count > 0)
            return $"of {total} objects: {string.Join(", ", parts)}";
        return report.Active == 0
            ? "no object is stored that would have to be encrypted"
            : $"all {total} objects are under the active key";
    }

    /// <summary>
    /// A re-encryption moves what our provider writes now; where another one writes, it would store everything under that one again.
    /// </summary>
    internal static string? Next(ScanReport report, ConfiguredWriters configured) =>
        report switch
        {
            { Unreadable: > 0 } => LookForTheKey,
            { KmsV1: > 0 } => "next: "
                + (
                    report.Counts.Any(c => c.State == "kms-v1" && c.Provider == report.Provider)
                        ? MigrateCommandLine.Renamed(configured.File)
                        : MigrateCommandLine.ToKms(configured.File)
                ),
            { ExitCode: 1 or 2 } => Move(report, configured),
            _ => null,
        };

    private static string Move(ScanReport report, ConfiguredWriters configured)
    {
        if (configured.File is null)
        {
            return report.Foreign + report.Plain == 0
                ? Reencrypt
                : $"next: {MigrateCommandLine.ToKms(null)}; where kube-apiserver writes with provider "
                    + $"\"{report.Provider}\" already: edgekms reencrypt";
        }
        var resources = report
            .Counts.Where(c => c.State is "stale" or "foreign" or "plain" or "undecided")
            .Select(c => c.Resource);
        return configured.WayToOwn(resources) is { } way ? $"next: {way}" : Reencrypt;
    }

    private static string History(ScanLeftovers kept)
    {
        var (from, to) = (ScanText.Number(Math.Max(kept.CompactedRevision, 1)), ScanText.Number(kept.Revision));
        return kept.Kind switch
        {
            "etcd" when kept.WrittenSince == 0 =>
                $"older values: none of these objects was written since etcd was compacted at revision {from}, so it keeps older values of deleted objects at most; \"etcdctl defrag\" gives back what compaction has freed",
            "etcd" =>
                $"older values: etcd keeps revisions {from} to {to}; {ScanText.Number(kept.WrittenSince)} of these objects were written in them and may have older values there. Compaction drops those (kube-apiserver does it every 5 minutes, --etcd-compaction-interval; by hand \"etcdctl compact {kept.Revision}\"), then \"etcdctl defrag\" gives back what it has freed",
            "sqlite" when kept.Values == 0 => "older values: none",
            "sqlite" =>
                $"older values: {ScanText.Number(kept.Values)} in rows that are not the newest of their name, of deleted objects, and beside the newest value. kine's compaction drops the rows (every 5 minutes), the next write of an object what stands beside it; their bytes stay in the file until VACUUM",
            _ when kept.Values == 0 => $"older values: none (compacted at revision {from})",
            _ =>
                $"older values: {ScanText.Number(kept.Values)} in revisions {from} to {to} of this file. Nothing drops them from it: it needs the keys that are named above as long as it is kept",
        };
    }
}
