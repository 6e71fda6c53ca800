namespace EdgeKms.Contract.AdminApi;

/// <param name="Id">Key id.</param>
/// <param name="Hash"><c>sha256:</c> and the hex SHA-256 of the id, as kube-apiserver's metrics print it.</param>
/// <param name="State"><c>staged</c>, <c>active</c>, <c>retired</c> or <c>destroyed</c>.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Activated">When it became active.</param>
/// <param name="Retired">When another became active.</param>
/// <param name="AgeDays">Whole days since it became active (since it was made, while staged); never negative.</param>
public sealed record KeyReport(
    string Id,
    string Hash,
    string State,
    DateTime Created,
    DateTime? Activated,
    DateTime? Retired,
    int AgeDays
);
