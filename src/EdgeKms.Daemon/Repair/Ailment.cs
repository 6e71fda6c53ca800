namespace EdgeKms.Daemon.Repair;

/// <summary>What keeps a ring from opening unattended.</summary>
internal enum Ailment
{
    None,

    /// <summary>The checkpoint is missing or damaged; the ring opens.</summary>
    Checkpoint,

    /// <summary>The node token opens nothing, or is locked; what is in the ring's body is not known.</summary>
    Token,

    /// <summary>The newest generation can't be read, or isn't the file that the checkpoint names.</summary>
    NewestDamaged,

    /// <summary>The checkpoint names a newer generation than the newest file.</summary>
    RolledBack,

    /// <summary>The checkpoint is that of another ring.</summary>
    OtherRing,
}
