namespace EdgeKms.KeyRing.Rotation;

/// <summary>What the policy says.</summary>
public enum RotationAdvice
{
    /// <summary>The active KEK is young enough.</summary>
    Wait,

    /// <summary>Due, whether one period or many were missed: one rotation.</summary>
    Rotate,

    /// <summary>The clock is behind the last time seen: nothing is rotated, nothing refused.</summary>
    ClockBehind,
}
