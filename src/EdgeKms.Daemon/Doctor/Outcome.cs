namespace EdgeKms.Daemon.Doctor;

/// <summary>What a check ends with.</summary>
internal enum Outcome
{
    Pass,

    /// <summary>Works, but one more mishap would hurt.</summary>
    Warn,

    /// <summary>Broken now, or at the next start.</summary>
    Fail,

    /// <summary>Could not be made; the text says why.</summary>
    Skip,
}
