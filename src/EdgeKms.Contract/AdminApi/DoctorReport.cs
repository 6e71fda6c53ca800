namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms doctor -o json</c> prints.</summary>
/// <param name="ExitCode">0 all passed or skipped, 1 warnings, 2 failures.</param>
/// <param name="Passed">How many checks passed.</param>
/// <param name="Warnings">How many warn.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Skipped">How many could not be made.</param>
/// <param name="Findings">One for each check, in the order of docs/reference/doctor.md.</param>
/// <param name="Verdict">What is said of the ring, and the ways out; null where the settings can't be read.</param>
public sealed record DoctorReport(
    int ExitCode,
    int Passed,
    int Warnings,
    int Failed,
    int Skipped,
    IReadOnlyList<DoctorFinding> Findings,
    VerdictReport? Verdict = null
);
