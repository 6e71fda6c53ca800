namespace EdgeKms.KeyRing.Tests.Changes;

/// <summary>Every way in which <see cref="KeyRing.Changes.RingWriter"/> changes a ring, and the backup alone.</summary>
public enum Change
{
    Rotate,
    ReplaceToken,
    AddSlot,
    RemoveSlot,

    /// <summary>Repair and restore carry on above every number that the machine has seen.</summary>
    RotateAboveAGap,

    BackupAlone,
}
