namespace EdgeKms.Contract.AdminApi;

/// <summary>A failure in public words: code of docs/reference/errors.md, text, next step. No secret, no path.</summary>
public sealed record ProblemReport(string Code, string Text, string Hint);
