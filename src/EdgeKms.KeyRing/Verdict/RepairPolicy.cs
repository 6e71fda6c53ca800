namespace EdgeKms.KeyRing.Verdict;

/// <summary>What a repair does about a case. Each step needs nothing but what its summary says.</summary>
public enum RepairStep
{
    /// <summary>Nothing is wrong with ring, token and checkpoint.</summary>
    None,

    /// <summary>The running daemon writes the ring from its memory.</summary>
    Persist,

    /// <summary>The running daemon takes over what is on disk.</summary>
    TakeOver,

    /// <summary>A new checkpoint; the node token opens the ring.</summary>
    WriteMark,

    /// <summary>Files that are no generations of this ring get another name.</summary>
    SetAside,

    /// <summary>A new node slot and token; an administrator's credential opens the ring.</summary>
    ReplaceToken,

    /// <summary>The newest good generation becomes the next one; an administrator's credential opens it.</summary>
    CarryOn,

    /// <summary>Nothing: the verdict's ways out say what a person must do.</summary>
    Refuse,
}

/// <summary>From the verdict to the step.</summary>
public static class RepairPolicy
{
    /// <param name="verdict">Of <see cref="Judge"/>.</param>
    /// <param name="acceptsRollback">True where the administrator gave a reason to carry on from an older ring. It is never used where
    /// something better is at hand.</param>
    public static RepairStep Of(RingVerdict verdict, bool acceptsRollback) =>
        verdict.Case switch
        {
            RingCase.HeldOnly or RingCase.HeldNewer or RingCase.HeldOther or RingCase.ServedSealed =>
                RepairStep.Persist,
            RingCase.RestoredNotTaken => RepairStep.TakeOver,
            RingCase.NotTaken => verdict.Code is { } code && Slots.RingUnlock.IsTokenProblem(code)
                ? RepairStep.ReplaceToken
                : RepairStep.TakeOver,
            RingCase.Stray => RepairStep.SetAside,
            RingCase.Unmarked => RepairStep.WriteMark,
            RingCase.Sealed or RingCase.Locked => RepairStep.ReplaceToken,
            RingCase.Damaged => RepairStep.CarryOn,
            RingCase.DamagedLastKey or RingCase.RolledBack or RingCase.OtherRing => acceptsRollback
                ? RepairStep.CarryOn
                : RepairStep.Refuse,
            RingCase.Healthy
            or RingCase.Stopped
            or RingCase.ClockBehind
            or RingCase.Unreadable
            or RingCase.SelfTestFailed => RepairStep.None,
            _ => RepairStep.Refuse,
        };
}
