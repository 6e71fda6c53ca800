using EdgeKms.KeyRing.Slots;

namespace EdgeKms.KeyRing.Ring;

/// <summary>The part of a ring that can be read without unsealing; immutable.</summary>
/// <param name="Id">Name of the ring.</param>
/// <param name="Generation">From 1, one more at each change.</param>
/// <param name="Previous">SHA-256 of the file of the generation before (32 bytes); null for generation 1.</param>
/// <param name="Written">When this generation was made (UTC, whole seconds).</param>
/// <param name="Keys">1 to 4,352 KEKs, sequence ascending, exactly one active. Destroyed ones may be left out, the last one never.</param>
/// <param name="Slots">1 to 16 slots, number ascending.</param>
public sealed record RingHeader(
    RingId Id,
    int Generation,
    byte[]? Previous,
    DateTime Written,
    IReadOnlyList<KekEntry> Keys,
    IReadOnlyList<Slot> Slots
)
{
    /// <summary>The KEK that wraps.</summary>
    public KekEntry Active => Keys.Single(k => k.State == KekState.Active);

    /// <summary>Null when the header keeps every rule of a ring, else the rule that it breaks.</summary>
    public string? Refuse()
    {
        if (Keys.Count(k => k.State == KekState.Active) != 1)
            return "a ring has exactly one active key";
        if (Generation == 1 != Previous is null)
            return "every generation but the first names the digest of the one before";
        for (var i = 0; i < Keys.Count; i++)
        {
            if (i > 0 && Keys[i].Id.Sequence <= Keys[i - 1].Id.Sequence)
                return "key sequences ascend";
            if (Keys[i].Retired is not null && Keys[i].Activated is null)
                return "a retired key was active before";
            if (Keys[i].Destroyed is not null && Keys[i].Retired is null)
                return "a destroyed key was retired before";
            if (Keys[i].State == KekState.Staged && i != Keys.Count - 1)
                return "only the newest key may be staged";
        }
        for (var i = 1; i < Slots.Count; i++)
        {
            if (Slots[i].Number <= Slots[i - 1].Number)
                return "slot numbers ascend";
        }
        return Slots.Count == 0 ? "a ring has a slot" : null;
    }
}
