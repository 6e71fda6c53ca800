using System.Globalization;
using EdgeKms.KeyRing.Failures;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.Ring;

/// <summary>
/// An unsealed key ring: the header and the KEKs. Immutable; a change gives the next generation, which is nothing until
/// <see cref="RingFile.RingStore"/> has made it durable. The refusals of the ring live here.
/// </summary>
public sealed class KekRing
{
    /// <summary>Length of a KEK, in bytes (AES-256).</summary>
    public const int KekSize = 32;

    private readonly SecretBytes _material;
    private readonly Dictionary<string, (KekEntry Entry, int Position)> _positions = new(StringComparer.Ordinal);

    /// <param name="header">A header that keeps the rules.</param>
    /// <param name="ringKey">32 bytes; shared between generations.</param>
    /// <param name="material">KEKs that aren't destroyed, 32 bytes each, in the header's order; the active one is always there.</param>
    internal KekRing(RingHeader header, SecretBytes ringKey, SecretBytes material)
    {
        if (header.Refuse() is { } rule)
            throw new InvalidOperationException(rule);
        (Header, RingKey, _material) = (header, ringKey, material);
        var position = 0;
        foreach (var entry in header.Keys)
            _positions[entry.Id.Text] = (entry, entry.HasMaterial ? position++ : -1);
        if (position * KekSize != material.Length)
            throw new InvalidOperationException("the material doesn't match the header");
        Active = header.Active;
    }

    public RingHeader Header { get; }

    /// <summary>The KEK that wraps.</summary>
    public KekEntry Active { get; }

    internal SecretBytes RingKey { get; }

    /// <summary>A new ring with one active KEK and no slot yet.</summary>
    public static (RingId Id, KekEntry First, SecretBytes Kek) CreateFirst(DateTime now)
    {
        var id = RingId.Create();
        var kek = SecretBytes.Random(KekSize);
        using var lease = kek.Lease();
        return (id, new KekEntry(KeyId.Derive(1, id, lease.Span), now, now, null, null), kek);
    }

    /// <summary>Generation 1 of a new ring.</summary>
    public static KekRing Create(
        RingId id,
        KekEntry first,
        SecretBytes kek,
        SecretBytes ringKey,
        IReadOnlyList<Slot> slots
    ) => new(new RingHeader(id, 1, null, first.Created, [first], slots), ringKey, kek);

    /// <summary>
    /// Where the KEK's 32 bytes begin in <see cref="LeaseMaterial"/>, or a negative number: -1 destroyed, -2 unknown.
    /// </summary>
    public int Locate(string keyId) => Locate(keyId, out _);

    /// <summary>The KEK of an id, with or without its material; null where the ring has none.</summary>
    public KekEntry? Find(string keyId) => _positions.TryGetValue(keyId, out var found) ? found.Entry : null;

    internal int Locate(string keyId, out KekEntry? entry)
    {
        if (!_positions.TryGetValue(keyId, out var found))
        {
            entry = null;
            return -2;
        }
        entry = found.Entry;
        return found.Position < 0 ? -1 : found.Position * KekSize;
    }

    /// <summary>The KEKs, for the length of a scope.</summary>
    public SecretLease LeaseMaterial() => _material.Lease();

    /// <summary>The next generation with a new active KEK; the active one retires.</summary>
    /// <param name="now">Date of the change (UTC, whole seconds).</param>
    /// <param name="digest">SHA-256 of this generation's file.</param>
    /// <param name="slots">Slots of the next generation; null keeps them.</param>
    /// <param name="ringKey">Ring key of the next generation, which <paramref name="slots"/> wrap; null keeps it.</param>
    /// <param name="useReserve">True for what must work on a full ring: 256 keys more.</param>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.RingFull"/>: 4,096 keys that are not destroyed, or 17 slots;
    /// <see cref="ErrorCode.RingLimit"/>: the last generation.</exception>
    public KekRing Rotate(
        DateTime now,
        byte[] digest,
        IReadOnlyList<Slot>? slots = null,
        SecretBytes? ringKey = null,
        bool useReserve = false
    )
    {
        if (Header.Keys[^1].State == KekState.Staged)
            throw new InvalidOperationException("a staged key waits: activate it");
        using var kek = SecretBytes.Random(KekSize);
        using var fresh = kek.Lease();
        var id = KeyId.Derive(Header.Keys[^1].Id.Sequence + 1, Header.Id, fresh.Span);
        if (_positions.ContainsKey(id.Text))
            throw new InvalidOperationException("a key id came twice");
        var stay = MakeRoom(useReserve ? RingLimits.FileKeys : RingLimits.Keys);

        var next = Next(now, digest, slots ?? Header.Slots);
        var material = new SecretBytes(_material.Length + KekSize);
        using var to = material.Lease();
        using var from = _material.Lease();
        from.Span.CopyTo(to.Span);
        fresh.Span.CopyTo(to.Span[^KekSize..]);
        var keys = stay.Select(k => k == Active ? k with { Retired = now } : k);
        return new KekRing(
            next with
            {
                Keys = [.. keys, new KekEntry(id, now, now, null, null)],
            },
            ringKey ?? RingKey,
            material
        );
    }

    /// <summary>
    /// The next generation without the material of a retired KEK. Its entry stays, until a rotation needs its place: whoever asks
    /// for the key is told that it was destroyed.
    /// </summary>
    /// <param name="now">Date of the change (UTC, whole seconds).</param>
    /// <param name="digest">SHA-256 of this generation's file.</param>
    /// <param name="keyId">A retired key of this ring.</param>
    /// <param name="slots">Slots of the next generation.</param>
    /// <exception cref="InvalidOperationException">The key is not a retired one.</exception>
    public KekRing Destroy(DateTime now, byte[] digest, string keyId, IReadOnlyList<Slot> slots)
    {
        var at = Locate(keyId, out var gone);
        if (at < 0 || gone!.State != KekState.Retired)
            throw new InvalidOperationException("only a retired key can be destroyed");
        var material = new SecretBytes(_material.Length - KekSize);
        using var to = material.Lease();
        using var from = _material.Lease();
        from.Span[..at].CopyTo(to.Span);
        from.Span[(at + KekSize)..].CopyTo(to.Span[at..]);
        var keys = Header.Keys.Select(k => k == gone ? k with { Destroyed = now } : k);
        return new KekRing(Next(now, digest, slots) with { Keys = [.. keys] }, RingKey, material);
    }

    /// <summary>The next generation with other slots and the same KEKs.</summary>
    /// <exception cref="EdgeKmsException"><see cref="ErrorCode.RingFull"/>: 17 slots; <see cref="ErrorCode.RingLimit"/>: the
    /// last generation.</exception>
    public KekRing WithSlots(DateTime now, byte[] digest, IReadOnlyList<Slot> slots) =>
        new(Next(now, digest, slots), RingKey, _material);

    /// <summary>
    /// This ring as if it were <paramref name="generation"/>. Repair and restore carry on from an older generation, and
    /// what they make must be above every number that the machine has seen. Only a base for the next generation.
    /// </summary>
    /// <param name="generation">The highest generation seen anywhere; at least this one's.</param>
    /// <param name="digest">SHA-256 of this generation's file.</param>
    public KekRing Above(int generation, byte[] digest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, Header.Generation);
        return generation == Header.Generation
            ? this
            : new KekRing(Header with { Generation = generation, Previous = digest }, RingKey, _material);
    }

    /// <summary>Releases the KEKs of a copy that was made to compare; another generation must not share them.</summary>
    internal void Forget() => _material.Dispose();

    /// <summary>
    /// The entries that stay when one more key comes: the oldest tombstones make room. Their ids can't come back without them, since
    /// an id is derived from its key, and a sequence goes on from the last entry, which stays whatever its state.
    /// </summary>
    private List<KekEntry> MakeRoom(int most)
    {
        var surplus = Header.Keys.Count + 1 - RingLimits.Keys;
        var stay = new List<KekEntry>(Header.Keys.Count);
        foreach (var key in Header.Keys)
        {
            if (surplus > 0 && !key.HasMaterial && key != Header.Keys[^1])
                surplus--;
            else
                stay.Add(key);
        }
        return stay.Count < most
            ? stay
            : throw new EdgeKmsException(
                ErrorCode.RingFull,
                string.Create(CultureInfo.InvariantCulture, $"the ring is full: it holds {stay.Count} keys")
            );
    }

    private RingHeader Next(DateTime now, byte[] digest, IReadOnlyList<Slot> slots)
    {
        if (slots.Count > RingLimits.Slots)
            throw new EdgeKmsException(ErrorCode.RingFull, "the ring holds 16 slots, the most that there can be");
        return Header.Generation >= RingLimits.Generations
            ? throw new EdgeKmsException(ErrorCode.RingLimit, "the ring has reached its last generation")
            : Header with
            {
                Generation = Header.Generation + 1,
                Previous = digest,
                Written = now,
                Slots = slots,
            };
    }
}
