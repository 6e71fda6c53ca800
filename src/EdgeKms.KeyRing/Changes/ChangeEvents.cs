using EdgeKms.KeyRing.Audit;
using EdgeKms.KeyRing.Ring;
using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.Changes;

/// <summary>What a change of the ring is in the words of the audit log: the difference of two headers.</summary>
internal static class ChangeEvents
{
    /// <summary>In the order of ring, keys, slots.</summary>
    /// <param name="before">Null for a new ring.</param>
    /// <param name="after">The generation that was made.</param>
    /// <param name="rekeyed">True when it has a new ring key.</param>
    internal static List<AuditEntry> Between(RingHeader? before, RingHeader after, bool rekeyed)
    {
        var events = new List<AuditEntry>();
        if (before is null)
            Add(AuditEvent.RingCreated);
        if (rekeyed)
            Add(AuditEvent.RingRekeyed);
        var keys = before?.Keys.ToDictionary(k => k.Id) ?? [];
        foreach (var key in after.Keys)
        {
            var old = keys.GetValueOrDefault(key.Id);
            if (old is null)
                Add(AuditEvent.KeyCreated, key.Id);
            if (key.State == KekState.Retired && old?.State != KekState.Retired)
                Add(AuditEvent.KeyRetired, key.Id);
            if (key.State == KekState.Destroyed && old?.State != KekState.Destroyed)
                Add(AuditEvent.KeyDestroyed, key.Id);
        }
        var numbers = after.Slots.Select(s => s.Number).ToHashSet();
        foreach (var slot in before?.Slots.Where(s => s.Kind != SlotKind.Node && !numbers.Contains(s.Number)) ?? [])
            AddSlot(AuditEvent.SlotRemoved, slot);
        numbers = before?.Slots.Select(s => s.Number).ToHashSet() ?? [];
        foreach (var slot in after.Slots.Where(s => !numbers.Contains(s.Number)))
            AddSlot(slot.Kind == SlotKind.Node ? AuditEvent.TokenReplaced : AuditEvent.SlotAdded, slot);
        return events;

        void Add(AuditEvent what, KeyId? key = null) => events.Add(AuditEntry.Of(what, after, key));

        void AddSlot(AuditEvent what, Slot slot) =>
            events.Add(AuditEntry.Of(what, after) with { Slot = slot.Number, Detail = Slot.KindText(slot.Kind) });
    }
}
