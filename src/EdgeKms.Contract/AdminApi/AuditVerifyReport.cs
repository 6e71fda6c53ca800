namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms audit-log verify -o json</c> prints; at a break, what was found before it.</summary>
/// <param name="Ok">False: the log is broken.</param>
/// <param name="Entries">Entries that continue the chain.</param>
/// <param name="FirstSequence">Of the oldest kept entry; null where there is none.</param>
/// <param name="LastSequence">Of the newest of them; null where there is none.</param>
/// <param name="Head"><c>SEQ:HASH</c> of the newest of them, for <c>--head</c>; null where there is none.</param>
/// <param name="TornTails">Files that end with a piece of an entry, which a power cut left: a note, not a failure.</param>
/// <param name="BrokenFile">File name; null when the log is ok, or no file but the noted head is the matter.</param>
/// <param name="BrokenLine">Line of the file, from 1; null when it is the file as a whole.</param>
/// <param name="Reason">Why it is broken; null when it is ok.</param>
/// <param name="Coverage">Null where the log is broken, or where there is no key ring to compare it with.</param>
public sealed record AuditVerifyReport(
    bool Ok,
    long Entries,
    long? FirstSequence,
    long? LastSequence,
    string? Head,
    IReadOnlyList<string> TornTails,
    string? BrokenFile,
    int? BrokenLine,
    string? Reason,
    AuditCoverageReport? Coverage = null
);
