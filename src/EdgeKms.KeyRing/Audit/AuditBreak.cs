namespace EdgeKms.KeyRing.Audit;

/// <summary>Where and why the chain is broken.</summary>
/// <param name="File">File name; null when it is no file's fault but a line that was noted and isn't there.</param>
/// <param name="Line">Line of the file, from 1; null when it is the file as a whole.</param>
/// <param name="Reason">Lower case, no full stop.</param>
public sealed record AuditBreak(string? File, int? Line, string Reason);
