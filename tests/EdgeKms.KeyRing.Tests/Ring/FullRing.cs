using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Secrets;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.Tests.Ring;

/// <summary>Rings of many keys. Key i of them, from 1, has the sequence i.</summary>
internal static class FullRing
{
    /// <summary>Generation 1 with this many keys: the last one active, some destroyed, the others retired.</summary>
    internal static KekRing Of(int count, params int[] destroyed) =>
        Of(Given.RingId, Given.Secret("ring key"), [Given.NodeSlot(Given.RingId)], count, active: count, destroyed);

    internal static KekRing Of(
        RingId id,
        SecretBytes ringKey,
        IReadOnlyList<Slot> slots,
        int count,
        int active,
        params int[] destroyed
    )
    {
        var keys = new List<KekEntry>();
        var material = new List<byte>();
        for (var i = 1; i <= count; i++)
        {
            var kek = Given.Bytes($"kek {i}");
            var isGone = destroyed.Contains(i);
            DateTime? retired = i == active ? null : Given.Monday.AddDays(i);
            DateTime? gone = isGone ? Given.Monday.AddDays(count) : null;
            var made = Given.Monday.AddDays(i - 1);
            keys.Add(new KekEntry(KeyId.Derive(i, id, kek), made, made, retired, gone));
            material.AddRange(isGone ? [] : kek);
        }
        var header = new RingHeader(id, 1, null, keys[^1].Created, keys, slots);
        return new KekRing(header, ringKey, SecretBytes.CopyOf([.. material]));
    }

    internal static KekRing Next(this KekRing ring, bool useReserve = false) =>
        ring.Rotate(ring.Header.Written.AddDays(1), Given.Bytes("digest"), useReserve: useReserve);

    internal static IEnumerable<int> Sequences(this KekRing ring) => ring.Header.Keys.Select(k => k.Id.Sequence);
}
