namespace EdgeKms.Contract.AdminApi;

/// <summary>The one verdict on the ring: what status, doctor, repair, restore and init say and obey.</summary>
/// <param name="Case">One of a closed set, such as <c>held-only</c>; docs/architecture/failure-modes.md has a row for each.</param>
/// <param name="Text">What happened. It may name paths of this machine, never a secret.</param>
/// <param name="StopsApiServer">True when kube-apiserver can't use its Secrets, now or after the next start.</param>
/// <param name="CanLoseData">True when Secrets may become unreadable for good.</param>
/// <param name="Ways">The ways out, the best one first.</param>
public sealed record VerdictReport(
    string Case,
    string Text,
    bool StopsApiServer,
    bool CanLoseData,
    IReadOnlyList<WayOutReport> Ways
);

/// <param name="Command">To be typed as it stands; null where a person must act first.</param>
/// <param name="Why">What it does, or what must be done.</param>
public sealed record WayOutReport(string? Command, string Why);
