using System.Text.Json;
using EdgeKms.Contract.AdminApi;
using EdgeKms.Contract.CommandLine;
using EdgeKms.Contract.Failures;
using EdgeKms.KeyRing.Audit;

namespace EdgeKms.Daemon.Commands;

/// <summary><c>audit-log verify</c>: exits with 7 where the log is broken.</summary>
internal static class AuditLogVerifyRun
{
    internal static int Run(AuditLog log, string? head, OutputFormat output, TextWriter to)
    {
        var noted = head is null ? null : Mark(head);
        var verdict = log.Verify(noted);
        if (output == OutputFormat.Json)
            to.WriteLine(JsonSerializer.Serialize(Report(verdict), AdminJson.Readable.AuditVerifyReport));
        else
            Print(verdict, noted, to);
        if (verdict.Break is not { } broken)
            return 0;
        var where =
            broken.File is null ? ""
            : broken.Line is { } line ? $"{Path.Combine(log.Path, broken.File)} line {line}: "
            : $"{Path.Combine(log.Path, broken.File)}: ";
        throw new CommandException(
            ExitCode.Damaged,
            $"the audit log is broken: {where}{broken.Reason}",
            "keep a copy of the directory as evidence; the key ring itself is not concerned"
        );
    }

    private static AuditMark Mark(string head) =>
        AuditMark.TryParse(head)
        ?? throw new CommandException(
            ExitCode.Usage,
            "option --head must be SEQ:HASH, the head that \"edgekms audit-log verify\" printed",
            "it is a number, a colon and 64 hex digits in lower case"
        );

    private static void Print(AuditVerdict verdict, AuditMark? noted, TextWriter to)
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
        to.WriteLine(
            verdict.Head is null ? "no audit log yet"
            : noted is null ? "ok: note the head elsewhere, --head then proves that nothing was cut off"
            : $"ok: the noted entry {noted.Sequence} is in the log"
        );
    }

    private static AuditVerifyReport Report(AuditVerdict verdict) =>
        new(
            verdict.IsOk,
            verdict.Entries,
            verdict.Head is null ? null : verdict.FirstSequence,
            verdict.Head?.Sequence,
            verdict.Head?.Text,
            verdict.TornTails,
            verdict.Break?.File,
            verdict.Break?.Line,
            verdict.Break?.Reason
        );
}
