namespace EdgeKms.Contract.AdminApi;

/// <param name="Id">Ring id: 22 characters of base64url.</param>
/// <param name="Generation">Number of the generation, from 1.</param>
/// <param name="Digest">Hex SHA-256 of the ring file.</param>
/// <param name="Written">When this generation was written.</param>
/// <param name="Authenticated">True when the daemon has verified the header with the ring key.</param>
/// <param name="Keys">KEKs, oldest first.</param>
/// <param name="Slots">Key slots.</param>
/// <param name="NextRotation">When the active KEK is due; null where none is active.</param>
/// <param name="RotationOverdue">True when that moment has passed.</param>
/// <param name="FullOn">When a rotation finds no room any more, at this period; null where the daemon is older.</param>
public sealed record RingReport(
    string Id,
    long Generation,
    string Digest,
    DateTime Written,
    bool Authenticated,
    IReadOnlyList<KeyReport> Keys,
    IReadOnlyList<SlotReport> Slots,
    DateTime? NextRotation,
    bool RotationOverdue,
    DateTime? FullOn = null
);
