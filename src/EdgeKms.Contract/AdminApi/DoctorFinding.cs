namespace EdgeKms.Contract.AdminApi;

/// <param name="Id">Of the check, such as <c>EK-RING-003</c>; never given to another check.</param>
/// <param name="Title">What the check demands.</param>
/// <param name="Outcome"><c>pass</c>, <c>warn</c>, <c>fail</c> or <c>skip</c>.</param>
/// <param name="Text">What was found.</param>
/// <param name="Means">What that means; null for <c>pass</c> and <c>skip</c>.</param>
/// <param name="StopsApiServer">True when kube-apiserver can't use its Secrets, now or after the next restart.</param>
/// <param name="CanLoseData">True when Secrets may become unreadable for good.</param>
/// <param name="Next">The next command; null where there is nothing to do.</param>
public sealed record DoctorFinding(
    string Id,
    string Title,
    string Outcome,
    string Text,
    string? Means,
    bool StopsApiServer,
    bool CanLoseData,
    string? Next
);
