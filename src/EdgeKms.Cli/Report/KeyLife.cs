namespace EdgeKms.Cli.Report;

/// <summary>One KEK from its making to its end, measured against the policy.</summary>
/// <param name="Id">Key id.</param>
/// <param name="Hash"><c>sha256:</c> and the hex SHA-256 of the id, as kube-apiserver's metrics print it.</param>
/// <param name="State"><c>staged</c>, <c>active</c>, <c>retired</c> or <c>destroyed</c>.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Activated">When it became active; null where it never did.</param>
/// <param name="Retired">When another became active; null where none has.</param>
/// <param name="Destroyed">When it was destroyed, as the audit log says; null where it was not, or the log no longer says.</param>
/// <param name="DaysActive">Whole days that it was active, until now for the active one; null where it never was.</param>
/// <param name="DaysLate">Whole days beyond the rotation period; 0 where it was replaced in time; null where it never was active.</param>
internal sealed record KeyLife(
    string Id,
    string Hash,
    string State,
    DateTime Created,
    DateTime? Activated,
    DateTime? Retired,
    DateTime? Destroyed,
    int? DaysActive,
    int? DaysLate
);
