using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.RingFile;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>audit-log verify</c>: exits with 7 where the log is broken, with 13 where it does not cover the ring.</summary>
internal static class AuditLogVerifyRun
{
    /// <summary>How long a change that is under way may take to write its entries.</summary>
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(5);

    internal static async Task<int> Run(
        AuditLog log,
        RingStore store,
        string? head,
        OutputFormat output,
        TextWriter to,
        CancellationToken cancellation
    )
    {
        var noted = head is null ? null : Mark(head);
        var verdict = log.Verify(noted);
        var judged = verdict.IsOk ? await Judge(log, store, noted, cancellation) : null;
        Print(verdict, judged, noted, output, to);
        if (verdict.Break is { } broken)
            throw Broken(log, broken);
        return judged is null or { IsAccepted: true } ? 0 : throw NotCovered(log, judged, verdict.Head);
    }

    private static void Print(
        AuditVerdict verdict,
        Judged? judged,
        AuditMark? noted,
        OutputFormat output,
        TextWriter to
    )
    {
        if (output == OutputFormat.Json)
            to.WriteLine(JsonSerializer.Serialize(Report(verdict, judged), AdminJson.Readable.AuditVerifyReport));
        else
            Print(verdict, judged, noted, to);
    }

    /// <summary>Null where there is no ring to compare with.</summary>
    private static async Task<Judged?> Judge(
        AuditLog log,
        RingStore store,
        AuditMark? noted,
        CancellationToken cancellation
    )
    {
        var hasty = Look();
        if (hasty is null or { Coverage.IsWhole: true })
            return hasty;
        // A change makes the ring and then writes of it, under one lock: a look in between found what is not missing.
        using var held = await TryLockAsync(store, cancellation);
        return held is null ? hasty : Look();

        Judged? Look() =>
            store.Survey().Generations.FirstOrDefault(g => g.Ring is not null)?.Ring!.Header is { } ring
                ? Judged.Of(log, ring, noted)
                : null;
    }

    private static async Task<IDisposable?> TryLockAsync(RingStore store, CancellationToken cancellation)
    {
        try
        {
            return await store.LockAsync(LockWait, cancellation);
        }
        catch (EdgeKmsException)
        {
            return null; // a disk that takes no write has no change under way either
        }
    }

    private static AuditMark Mark(string head) =>
        AuditMark.TryParse(head)
        ?? throw new CommandException(
            ExitCode.Usage,
            "option --head must be SEQ:HASH, the head that \"edgekms audit-log verify\" printed",
            "it is a number, a colon and 64 hex digits in lower case"
        );

    private static CommandException Broken(AuditLog log, AuditBreak broken)
    {
        var where =
            broken.File is null ? ""
            : broken.Line is { } line ? $"{Path.Combine(log.Path, broken.File)} line {line}: "
            : $"{Path.Combine(log.Path, broken.File)}: ";
        return new CommandException(
            ExitCode.Damaged,
            $"the audit log is broken: {where}{broken.Reason}",
            "keep a copy of the directory as evidence; the key ring itself is not concerned"
        );
    }

    private static CommandException NotCovered(AuditLog log, Judged judged, AuditMark? head)
    {
        var next =
            head is not null && judged.WouldAccept
                ? $"\"edgekms audit-log verify --head {head.Text}\" accepts that, and asks for what comes after it"
                : "note the head that it prints after the next rotation: --head accepts what was missing before";
        return new CommandException(
            ExitCode.Unhealthy,
            $"the audit log in {log.Path} does not cover the key ring: {string.Join("; ", judged.Missing)}",
            $"no entry can be written afterwards, find out why they are missing; {next}"
        );
    }

    private static void Print(AuditVerdict verdict, Judged? judged, AuditMark? noted, TextWriter to)
    {
        if (verdict.Head is { } head)
        {
            to.WriteLine($"entries    {verdict.Entries} (number {verdict.FirstSequence} to {verdict.LastSequence})");
            to.WriteLine($"head       {head.Text}");
        }
        foreach (var file in verdict.TornTails)
            to.WriteLine($"torn tail  {file}: a power cut stopped an entry");
        if (!verdict.IsOk)
            return;
        foreach (var missing in judged?.Missing ?? [])
            to.WriteLine($"missing    {missing}");
        if (judged is { IsAccepted: false })
            return;
        if (judged is null && verdict.Head is not null)
            to.WriteLine("there is no key ring that it could be compared with");
        to.WriteLine(
            verdict.Head is null ? "no audit log yet"
            : noted is null ? "ok: note the head elsewhere, --head then proves that nothing was cut off"
            : judged is { Coverage.IsWhole: false }
                ? $"ok: the noted entry {noted.Sequence} is in the log, and nothing is missing after it"
            : $"ok: the noted entry {noted.Sequence} is in the log"
        );
    }

    private static AuditVerifyReport Report(AuditVerdict verdict, Judged? judged) =>
        new(
            verdict.IsOk,
            verdict.Entries,
            verdict.Head is null ? null : verdict.FirstSequence,
            verdict.Head?.Sequence,
            verdict.Head?.Text,
            verdict.TornTails,
            verdict.Break?.File,
            verdict.Break?.Line,
            verdict.Break?.Reason,
            judged is null
                ? null
                : new AuditCoverageReport(
                    judged.Ring.Id.Text,
                    judged.Ring.Generation,
                    judged.Coverage.IsWhole,
                    judged.Coverage.LacksMaking,
                    [.. judged.Coverage.KeysWithoutEntry.Select(k => k.Text)],
                    judged.Coverage.LastGeneration,
                    judged.Missing
                )
        );

    /// <param name="Ring">The newest generation that can be read, as its header says.</param>
    /// <param name="Coverage">Of that ring.</param>
    /// <param name="IsAccepted">Nothing is missing, or nothing after the noted entry.</param>
    /// <param name="WouldAccept">Whether the newest entry, noted, would accept it.</param>
    private sealed record Judged(RingHeader Ring, AuditCoverage Coverage, bool IsAccepted, bool WouldAccept)
    {
        private const int Shown = 3;

        internal IReadOnlyList<string> Missing { get; } = [.. Words(Ring, Coverage)];

        internal static Judged Of(AuditLog log, RingHeader ring, AuditMark? noted)
        {
            var facts = log.Facts();
            var coverage = AuditCoverage.Of(facts, ring);
            var rest = noted is null ? coverage : coverage.After(log.Facts(noted.Sequence), ring.Id);
            return new Judged(ring, coverage, rest.IsWhole, coverage.After(facts, ring.Id).IsWhole);
        }

        private static IEnumerable<string> Words(RingHeader ring, AuditCoverage coverage)
        {
            if (coverage.LastGeneration == 0)
            {
                yield return FormattableString.Invariant(
                    $"no entry names key ring {ring.Id.Text}, which is at generation {ring.Generation}"
                );
                yield break;
            }
            if (coverage.LacksMaking)
                yield return $"it begins neither with the making of key ring {ring.Id.Text} nor with its restore";
            if (coverage.KeysWithoutEntry is { Count: > 0 } keys)
            {
                var more = keys.Count > Shown ? FormattableString.Invariant($" and {keys.Count - Shown} more") : "";
                var which = string.Join(", ", keys.Take(Shown).Select(k => k.Text));
                yield return $"no entry tells of the making of {which}{more}";
            }
            if (coverage.LastGeneration is { } last)
                yield return FormattableString.Invariant(
                    $"it ends with generation {last}, and the key ring is at generation {ring.Generation}"
                );
        }
    }
}
