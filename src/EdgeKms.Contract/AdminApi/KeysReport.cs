namespace EdgeKms.Contract.AdminApi;

/// <summary>What <c>edgekms keys list -o json</c> prints.</summary>
/// <param name="RingId">The ring.</param>
/// <param name="Generation">Its generation.</param>
/// <param name="Keys">Every key, oldest first, tombstones of destroyed ones included.</param>
public sealed record KeysReport(string RingId, long Generation, IReadOnlyList<KeyReport> Keys);
