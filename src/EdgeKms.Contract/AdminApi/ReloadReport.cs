namespace EdgeKms.Contract.AdminApi;

/// <summary>Answer of <c>POST /v1/reload</c>: the generation now served, or what stands in the way.</summary>
public sealed record ReloadReport(long Generation, ProblemReport? Problem);
