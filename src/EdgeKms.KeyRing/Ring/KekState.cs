namespace EdgeKms.KeyRing.Ring;

/// <summary>State of a KEK, computed from its dates.</summary>
public enum KekState
{
    /// <summary>Durable, not yet used.</summary>
    Staged,

    /// <summary>Wraps new DEKs; exactly one in a ring.</summary>
    Active,

    /// <summary>Unwraps what it wrapped.</summary>
    Retired,

    /// <summary>A tombstone: the material is gone, the id never comes back. It goes when its place is needed.</summary>
    Destroyed,
}
