namespace EdgeKms.Contract.AdminApi;

/// <summary>
/// What the destruction of a key needs of <c>edgekms scan -o json</c>; the report has more members. It says what the datastore
/// held, on the word of whoever made it: an administrator's credential is asked for besides.
/// </summary>
/// <param name="Format"><c>edgekms-scan/1</c>.</param>
/// <param name="Time">When the scan ended (UTC).</param>
/// <param name="RingId">The ring whose daemon answered; null where none did.</param>
/// <param name="Complete">True when everything that the configuration encrypts was counted.</param>
/// <param name="Counts">Objects by key.</param>
public sealed record ScanEvidence(
    string Format,
    DateTime Time,
    string? RingId,
    bool Complete,
    IReadOnlyList<ScanEvidence.Count> Counts
)
{
    public const string KnownFormat = "edgekms-scan/1";

    /// <param name="KeyId">Null for objects that name no key.</param>
    /// <param name="Form">How they are stored: <c>kms-v1</c> objects name no key.</param>
    /// <param name="Objects">How many.</param>
    public sealed record Count(string? KeyId, string Form, long Objects);
}
