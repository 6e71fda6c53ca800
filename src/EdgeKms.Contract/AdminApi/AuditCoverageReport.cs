namespace EdgeKms.Contract.AdminApi;

/// <summary>Whether a whole audit log tells of the whole life of the key ring that is there.</summary>
/// <param name="RingId">The ring that it was compared with, by its header.</param>
/// <param name="Generation">Of that ring.</param>
/// <param name="Covers">False: <paramref name="Missing"/> says what it lacks.</param>
/// <param name="LacksMaking">It begins neither with the ring's making nor with a restore.</param>
/// <param name="KeysWithoutEntry">Ids of the ring's keys whose making no entry tells of.</param>
/// <param name="LastGeneration">The highest that it tells of, 0 for none; null where that is the ring's.</param>
/// <param name="Missing">What is missing, in words.</param>
public sealed record AuditCoverageReport(
    string RingId,
    long Generation,
    bool Covers,
    bool LacksMaking,
    IReadOnlyList<string> KeysWithoutEntry,
    long? LastGeneration,
    IReadOnlyList<string> Missing
);
