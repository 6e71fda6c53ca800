namespace EdgeKms.Contract.AdminApi;

/// <param name="Number">Number of the slot, unique in the ring.</param>
/// <param name="Kind"><c>admin</c>, <c>recovery</c> or <c>node</c>.</param>
/// <param name="Kdf">Key derivation with its parameters.</param>
/// <param name="Created">When it was made.</param>
public sealed record SlotReport(int Number, string Kind, string Kdf, DateTime Created);
