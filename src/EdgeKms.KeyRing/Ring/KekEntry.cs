namespace EdgeKms.KeyRing.Ring;

/// <summary>A KEK's public part: its id and dates (UTC, whole seconds). The state follows from which dates are set.</summary>
/// <remarks>The clock may have been wrong when a date was written, so no rule compares two dates.</remarks>
public sealed record KekEntry(KeyId Id, DateTime Created, DateTime? Activated, DateTime? Retired, DateTime? Destroyed)
{
    public KekState State =>
        Destroyed is not null ? KekState.Destroyed
        : Retired is not null ? KekState.Retired
        : Activated is not null ? KekState.Active
        : KekState.Staged;

    /// <summary>True while the ring's body holds the material.</summary>
    public bool HasMaterial => Destroyed is null;
}
