using EdgeKms.Cluster.Datastore;
using EdgeKms.Contract.Failures;
using EdgeKms.Contract.Scan;

namespace EdgeKms.Cluster.Scan;

/// <summary>The report of a run: pure, so that a test shows it for any counts.</summary>
internal static class ScanSummary
{
    internal static ScanReport Of(ScanFindings found, ScanScope scope, ScanExpectation expected)
    {
        var covered = scope.Covered.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        List<ScanCount> counts =
        [
            .. found
                .Objects.Sums()
                .Select(s => Count(s.Resource, s.Value, s.Count, s.Example, covered.Contains(s.Resource), expected)),
        ];
        long Sum(string state) => counts.Where(c => c.State == state).Sum(c => c.Objects);
        var gaps = new[] { scope.Gap, found.History.Doubt }.OfType<string>().ToList();
        return new ScanReport(
            ScanReport.CurrentFormat,
            found.Started,
            found.Datastore,
            scope.Root,
            expected.RingId,
            expected.Provider,
            expected.ActiveKeyId,
            scope.Kind,
            [.. scope.Covered.Select(c => c.Name)],
            counts.Sum(c => c.Objects),
            counts,
            Sum(ScanState.Active),
            Sum(ScanState.Stale),
            Sum(ScanState.Foreign),
            Sum(ScanState.Plain),
            Sum(ScanState.KmsV1),
            Sum(ScanState.Undecided),
            Sum(ScanState.NotCovered),
            Leftovers(found),
            gaps.Count == 0,
            gaps,
            ExitCodeOf(counts),
            Sum(ScanState.Unreadable)
        );
    }

    /// <summary>
    /// 2 where an object is in the clear, of somebody else or unreadable, 1 where one is stale, 0 where none is. Without the active key: objects
    /// under two keys can't both be under the active one (1); under one key nobody can tell (11).
    /// </summary>
    private static int ExitCodeOf(List<ScanCount> counts)
    {
        if (counts.Any(c => c.State is ScanState.Plain or ScanState.Foreign or ScanState.KmsV1 or ScanState.Unreadable))
            return 2;
        if (counts.Any(c => c.State == ScanState.Stale))
            return 1;
        return counts
            .Where(c => c.State == ScanState.Undecided)
            .Select(c => c.KeyId)
            .Distinct(StringComparer.Ordinal)
            .Count() switch
        {
            0 => 0,
            1 => (int)ExitCode.Unreachable,
            _ => 1,
        };
    }

    private static ScanLeftovers Leftovers(ScanFindings found)
    {
        List<LeftoverCount> counts =
        [
            .. found
                .Leftovers.Sums()
                .Select(s => new LeftoverCount(
                    s.Resource,
                    Word(s.Value.Form),
                    s.Value.Prefix?.ToString(),
                    s.Value.Prefix?.Name,
                    s.Value.KeyId,
                    s.Count
                )),
        ];
        var history = found.History;
        return new ScanLeftovers(
            history.Kind switch
            {
                DatastoreKind.Etcd => "etcd",
                DatastoreKind.Sqlite => "sqlite",
                _ => "snapshot",
            },
            history.Revision,
            history.CompactedRevision,
            found.WrittenSince,
            history.IsListed,
            counts.Sum(c => c.Values),
            counts
        );
    }

    private static ScanCount Count(
        string resource,
        StoredValue value,
        long objects,
        string example,
        bool isCovered,
        ScanExpectation expected
    )
    {
        var state = ScanState.Of(value, isCovered, expected);
        return new ScanCount(
            resource,
            Word(value.Form),
            value.Prefix?.ToString(),
            value.Prefix?.Name,
            value.KeyId,
            objects,
            state,
            state == ScanState.Active,
            example
        );
    }

    private static string Word(StoredForm form) =>
        form switch
        {
            StoredForm.Plain => "plain",
            StoredForm.KmsV2 => "kms-v2",
            StoredForm.KmsV1 => "kms-v1",
            StoredForm.LocalKey => "local-key",
            _ => "unknown",
        };
}
